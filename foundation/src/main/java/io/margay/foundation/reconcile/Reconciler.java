package io.margay.foundation.reconcile;

import io.margay.foundation.reconcile.Item.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is there equal to what is wanted. Callers say all that they want, never "add" or
 * "remove"; between dumps only items that changed are looked at.
 *
 * <p>Owned by one thread, which calls {@link #run} when something was said or when the time that it
 * gave back has come. A target that throws leaves everything as it was and a dump due.
 */
public final class Reconciler<K, V> {
  private final BulkTarget<K, V> target;
  private final ReconcilerSettings settings;
  private final RandomGenerator random;
  private final Hold hold;
  private final TokenBucket bucket;

  /** Everything that is wanted or there. */
  private Map<K, Item<K, V>> items = new HashMap<>();

  /** Items that wait, and some that did: those are passed over. */
  private final ArrayDeque<Item<K, V>> queue = new ArrayDeque<>();

  /** Items that pass before the queue, and some that did. */
  private final List<Item<K, V>> urgent = new ArrayList<>();

  private final Set<Item<K, V>> refused = new LinkedHashSet<>();
  private final Set<Item<K, V>> held = new LinkedHashSet<>();
  private int desired;
  private int actual;
  private int waiting;
  private int round;

  private boolean resyncWanted = true;

  /** Stands while the target is called, and when it threw: what it did is not known then. */
  private boolean unsure = true;

  private boolean dumped;
  private long nextResync;
  private long version;
  private long resyncs;
  private long repaired;
  private long applied;

  /** A reconciler of this target; one that is a {@link BulkTarget} is told no maps. */
  public Reconciler(
      Target<K, V> target,
      ReconcilerSettings settings,
      Hold hold,
      RandomGenerator random,
      long now) {
    this.target = target instanceof BulkTarget<K, V> bulk ? bulk : new DiffTarget<>(target);
    this.settings = settings;
    this.hold = hold;
    this.random = random;
    this.bucket = new TokenBucket(settings.perSecond(), settings.burst(), now);
  }

  /** Everything that is wanted from now on. */
  public void want(long asked, Map<K, V> all) {
    if (items.isEmpty()) {
      items = HashMap.newHashMap(all.size());
    }
    int pass = ++round;
    for (Map.Entry<K, V> e : all.entrySet()) {
      wantOne(e.getKey(), e.getValue(), asked).round = pass;
    }
    if (desired > all.size()) {
      var unwanted = new ArrayList<Item<K, V>>(desired - all.size());
      for (Item<K, V> item : items.values()) {
        if (item.want != null && item.round != pass) {
          unwanted.add(item);
        }
      }
      unwanted.forEach(item -> setWant(item, null, asked));
    }
    version = asked;
  }

  /** What is wanted otherwise than before. */
  public void change(long asked, Map<K, V> put, Set<K> remove) {
    put.forEach((key, value) -> wantOne(key, value, asked));
    for (K key : remove) {
      Item<K, V> item = items.get(key);
      if (item != null && item.want != null) {
        setWant(item, null, asked);
      }
    }
    version = asked;
  }

  /**
   * Of the items that wait, these pass before all others, in a batch of their own, beside the rate
   * limit and without waiting for their next try: their next hop is dead.
   */
  public void hurry(Set<K> keys) {
    for (K key : keys) {
      Item<K, V> item = items.get(key);
      if (item != null) {
        hurry(item);
      }
    }
  }

  /** The same of all that was refused: what it wanted for may have come. */
  public void hurryRefused() {
    refused.forEach(this::hurry);
  }

  private void hurry(Item<K, V> item) {
    if (item.isDue() && !item.urgent) {
      item.urgent = true;
      urgent.add(item);
    }
  }

  /** What an event of the kernel says of an item of ours: its value now, or that it is gone. */
  public void observed(K key, Optional<V> value) {
    Item<K, V> item = item(key);
    boolean changed = setHave(item, value.orElse(null));
    if (!dumped || !changed) {
      forgetIfNothing(item);
    } else if (item.isAsWanted()) {
      move(item, State.SETTLED);
    } else {
      repaired++;
      await(item, version);
    }
  }

  /** Looks at everything anew at the next run: events were lost, or a device came back. */
  public void resync() {
    resyncWanted = true;
  }

  /** Takes away a reason to delete nothing. */
  public void release(String reason) {
    if (hold.release(reason)) {
      List.copyOf(held).forEach(item -> await(item, version));
    }
  }

  /**
   * Does what is due.
   *
   * @return when to call again at the latest, in the clock's nanoseconds
   */
  public long run(long now) {
    if (resyncWanted || unsure || now - nextResync >= 0) {
      boolean whole = unsure;
      resyncWanted = false;
      unsure = true;
      read(target.look(whole), now);
      unsure = false;
    }
    for (Batch<K, V> batch = nextBatch(now); !batch.isEmpty(); batch = nextBatch(now)) {
      apply(batch, now);
    }
    return nextDue(now);
  }

  public ReconcileStatus<K> status() {
    var failing = new ArrayList<ReconcileStatus.Failing<K>>(refused.size());
    for (Item<K, V> item : refused) {
      Item.Failure f = failureOf(item);
      failing.add(new ReconcileStatus.Failing<>(item.key, f.reason(), f.count(), f.nextTry()));
    }
    return new ReconcileStatus<>(
        desired,
        actual,
        waiting,
        held.size(),
        hold.reasons(),
        failing,
        resyncs,
        repaired,
        applied,
        version);
  }

  /** Whether all that was wanted up to this version is real. One refused item answers for all. */
  public Reached<K> reached(long asked) {
    for (Item<K, V> item : refused) {
      if (item.since <= asked) {
        return reached(asked, List.of(item.key));
      }
    }
    if (!dumped || unsure || asked > version) {
      return new Reached.NotYet<>();
    }
    for (Item<K, V> item : queue) {
      if (item.state == State.WAITING && item.since <= asked) {
        return new Reached.NotYet<>();
      }
    }
    return new Reached.Yes<>();
  }

  /**
   * Whether these items are as they were wanted at this version, or later. What the kernel refuses
   * of others does not matter: a waiting pod asks for its own.
   */
  public Reached<K> reached(long asked, Collection<K> keys) {
    if (!dumped || asked > version) {
      return new Reached.NotYet<>();
    }
    boolean notYet = false;
    for (K key : keys) {
      Item<K, V> item = items.get(key);
      if (item == null || item.since > asked) {
        continue;
      }
      if (item.state == State.REFUSED) {
        return new Reached.Refused<>(key, failureOf(item).reason());
      }
      notYet |= item.state == State.WAITING;
    }
    return notYet ? new Reached.NotYet<>() : new Reached.Yes<>();
  }

  /** Of these items, those that are not known to be there with these values. */
  public Set<K> missing(Map<K, V> wanted) {
    var missing = new HashSet<K>();
    wanted.forEach((key, value) -> {
      Item<K, V> item = items.get(key);
      if (!dumped || item == null || !value.equals(item.have)) {
        missing.add(key);
      }
    });
    return missing;
  }

  private Item<K, V> wantOne(K key, V value, long asked) {
    Item<K, V> item = item(key);
    if (!value.equals(item.want)) {
      setWant(item, value, asked);
    }
    return item;
  }

  private void setWant(Item<K, V> item, @Nullable V value, long asked) {
    desired += (value == null ? 0 : 1) - (item.want == null ? 0 : 1);
    item.want = value;
    await(item, asked);
  }

  /** Takes over what is there; whether that is news. */
  private boolean setHave(Item<K, V> item, @Nullable V value) {
    V now = value != null && value.equals(item.want) ? item.want : value; // equal ones held once
    boolean changed = !Objects.equals(item.have, now);
    actual += (now == null ? 0 : 1) - (item.have == null ? 0 : 1);
    item.have = now;
    return changed;
  }

  private Item<K, V> item(K key) {
    Item<K, V> item = items.get(key);
    if (item == null) {
      item = new Item<>(key);
      items.put(key, item);
    }
    return item;
  }

  /** The item waits for its turn from now on, whatever was refused of it before. */
  private void await(Item<K, V> item, long asked) {
    if (item.state == State.SETTLED || item.state == State.HELD) {
      item.since = asked;
    }
    item.failure = null;
    move(item, State.WAITING);
  }

  private void move(Item<K, V> item, State to) {
    switch (item.state) {
      case WAITING -> waiting--;
      case REFUSED -> refused.remove(item);
      case HELD -> held.remove(item);
      case SETTLED -> {}
    }
    item.state = to;
    switch (to) {
      case WAITING -> {
        waiting++;
        if (!item.queued) {
          item.queued = true;
          queue.add(item);
        }
      }
      case REFUSED -> refused.add(item);
      case HELD -> {
        held.add(item);
        item.urgent = false;
      }
      case SETTLED -> {
        item.failure = null;
        item.urgent = false;
        forgetIfNothing(item);
      }
    }
  }

  private void forgetIfNothing(Item<K, V> item) {
    if (item.state == State.SETTLED && item.isNothing()) {
      items.remove(item.key);
    }
  }

  private void read(Found<K, V> found, long now) {
    int pass = ++round;
    long changed = 0;
    for (Map.Entry<K, V> e : found.there().entrySet()) {
      Item<K, V> item = item(e.getKey());
      item.round = pass;
      changed += setHave(item, e.getValue()) ? 1 : 0;
      check(item);
    }
    for (K key : found.gone()) {
      Item<K, V> item = item(key);
      changed += setHave(item, null) ? 1 : 0;
      check(item);
    }
    if (found.whole()) {
      for (Item<K, V> item : List.copyOf(items.values())) {
        if (item.round != pass) {
          changed += setHave(item, null) ? 1 : 0;
          check(item);
        }
      }
    }
    repaired += dumped ? changed : 0;
    dumped = true;
    resyncs++;
    long base = settings.resync().toNanos();
    nextResync = now + base + (long) ((random.nextDouble() - 0.5) / 5 * base);
  }

  /** After a look: an item that is as wanted waits no more, and one that is not waits. */
  private void check(Item<K, V> item) {
    if (item.isAsWanted()) {
      move(item, State.SETTLED);
    } else if (item.state != State.REFUSED) {
      await(item, item.state == State.WAITING ? item.since : version);
    }
  }

  /** What is to be done next: urgent items, else up to a burst of those that are due. */
  private Batch<K, V> nextBatch(long now) {
    var batch = new Batch<K, V>();
    if (!urgent.isEmpty()) {
      urgent.removeIf(item -> !item.urgent);
      for (Item<K, V> item : urgent) {
        addIfToDo(item, batch);
      }
      if (!batch.isEmpty()) {
        return batch;
      }
    }
    int allowed = bucket.available(now);
    for (Item<K, V> item = queue.peek(); item != null; item = queue.peek()) {
      boolean toDo = item.state == State.WAITING && isToDo(item);
      if (toDo && batch.size() == allowed) {
        break;
      }
      queue.poll();
      item.queued = false;
      if (toDo) {
        batch.add(item);
      }
    }
    for (Item<K, V> item : refused.isEmpty() ? List.<Item<K, V>>of() : List.copyOf(refused)) {
      if (batch.size() < allowed && now - failureOf(item).nextTry() >= 0) {
        addIfToDo(item, batch);
      }
    }
    bucket.take(batch.size(), now);
    return batch;
  }

  private void addIfToDo(Item<K, V> item, Batch<K, V> batch) {
    if (isToDo(item)) {
      batch.add(item);
    }
  }

  /** Something is to be done for the item, and no hold forbids it; else it waits no more. */
  private boolean isToDo(Item<K, V> item) {
    if (item.want == null && item.have != null && hold.isHeld()) {
      move(item, State.HELD);
      return false;
    }
    if (item.isAsWanted()) {
      move(item, State.SETTLED);
      return false;
    }
    return true;
  }

  private void apply(Batch<K, V> batch, long now) {
    unsure = true;
    target.apply(batch);
    unsure = false;
    for (int i = 0; i < batch.size(); i++) {
      Item<K, V> item = batch.item(i);
      Optional<String> refusal = batch.refusal(i);
      if (refusal.isEmpty()) {
        setHave(item, item.want);
        move(item, State.SETTLED);
        applied++;
      } else {
        int count = item.failure == null ? 1 : item.failure.count() + 1;
        long nextTry = now + settings.backoff().nanosAfter(count);
        item.failure = new Item.Failure(refusal.get(), count, nextTry);
        item.urgent = false;
        move(item, State.REFUSED);
      }
    }
  }

  private Item.Failure failureOf(Item<K, V> item) {
    return Objects.requireNonNull(item.failure, "what is refused has a reason");
  }

  private long nextDue(long now) {
    long due = nextResync;
    for (Item<K, V> item : refused) {
      if (failureOf(item).nextTry() - due < 0) {
        due = failureOf(item).nextTry();
      }
    }
    long token = now + bucket.nanosToNext(now);
    return waiting > 0 && token - due < 0 ? token : due;
  }
}
