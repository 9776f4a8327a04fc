package io.margay.foundation.reconcile;

import io.margay.foundation.reconcile.Item.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is there equal to what is wanted. Callers say all that they want, or what they want
 * otherwise than before, never what to do; between dumps only items that changed are looked at.
 *
 * <p>Owned by one thread, which calls {@link #run} when something was said or when the time that it
 * gave back has come. A target that throws leaves everything that it has not answered as it was,
 * and a dump due.
 */
public final class Reconciler<K, V> {
  private final BulkTarget<K, V> target;
  private final ReconcilerSettings settings;
  private final RandomGenerator random;
  private final Hold hold;
  private final TokenBucket bucket;

  private final ItemTable<K, V> items = new ItemTable<>();
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
    items.reserve(all.size());
    int pass = items.beginPass();
    for (Map.Entry<K, V> e : all.entrySet()) {
      wantOne(e.getKey(), e.getValue(), asked).round = pass;
    }
    if (items.desired() > all.size()) {
      items.forEachUnmet(item -> {
        if (item.want != null) {
          items.setWant(item, null, asked);
        }
      });
    }
    version = asked;
  }

  /** What is wanted otherwise than before. */
  public void change(long asked, Map<K, V> put, Set<K> remove) {
    put.forEach((key, value) -> wantOne(key, value, asked));
    for (K key : remove) {
      Item<K, V> item = items.find(key);
      if (item != null && item.want != null) {
        items.setWant(item, null, asked);
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
      Item<K, V> item = items.find(key);
      if (item != null) {
        items.hurry(item);
      }
    }
  }

  /** The same of all that was refused: what it wanted for may have come. */
  public void hurryRefused() {
    items.refused().forEach(items::hurry);
  }

  /** What an event of the kernel says of an item of ours: its value now, or that it is gone. */
  public void observed(K key, Optional<V> value) {
    Item<K, V> item = items.item(key);
    boolean changed = items.setHave(item, value.orElse(null));
    if (!dumped || !changed) {
      items.forgetIfNothing(item);
    } else if (item.isAsWanted()) {
      items.settle(item);
    } else {
      repaired++;
      items.await(item, version);
    }
  }

  /** Looks at everything anew at the next run: events were lost, or a device came back. */
  public void resync() {
    resyncWanted = true;
  }

  /** Takes away a reason to delete nothing. */
  public void release(String reason) {
    if (hold.release(reason)) {
      items.awaitHeld(version);
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
      apply(batch);
    }
    return nextDue(now);
  }

  public ReconcileStatus<K> status() {
    var failing = new ArrayList<ReconcileStatus.Failing<K>>(items.refused().size());
    for (Item<K, V> item : items.refused()) {
      Item.Failure f = item.failure();
      failing.add(new ReconcileStatus.Failing<>(item.key, f.reason(), f.count(), f.nextTry()));
    }
    return new ReconcileStatus<>(
        items.desired(),
        items.actual(),
        items.waiting(),
        items.held(),
        hold.reasons(),
        failing,
        resyncs,
        repaired,
        applied,
        version);
  }

  /** Whether all that was wanted up to this version is real. One refused item answers for all. */
  public Reached<K> reached(long asked) {
    for (Item<K, V> item : items.refused()) {
      if (item.since <= asked) {
        return reached(asked, List.of(item.key));
      }
    }
    if (!dumped || unsure || asked > version) {
      return new Reached.NotYet<>();
    }
    return items.nothingWaitsSince(asked) ? new Reached.Yes<>() : new Reached.NotYet<>();
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
      Item<K, V> item = items.find(key);
      if (item == null || item.since > asked) {
        continue;
      }
      if (item.state == State.REFUSED) {
        return new Reached.Refused<>(key, item.failure().reason());
      }
      notYet |= item.state == State.WAITING;
    }
    return notYet ? new Reached.NotYet<>() : new Reached.Yes<>();
  }

  /** Of these items, those that are not known to be there with these values. */
  public Set<K> missing(Map<K, V> wanted) {
    var missing = new HashSet<K>();
    wanted.forEach((key, value) -> {
      Item<K, V> item = items.find(key);
      if (!dumped || item == null || !value.equals(item.have)) {
        missing.add(key);
      }
    });
    return missing;
  }

  private Item<K, V> wantOne(K key, V value, long asked) {
    Item<K, V> item = items.item(key);
    if (!value.equals(item.want)) {
      items.setWant(item, value, asked);
    }
    return item;
  }

  private void read(Found<K, V> found, long now) {
    int pass = items.beginPass();
    long before = repaired;
    for (Map.Entry<K, V> e : found.there().entrySet()) {
      Item<K, V> item = items.item(e.getKey());
      item.round = pass;
      see(item, e.getValue());
    }
    for (K key : found.gone()) {
      see(items.item(key), null);
    }
    if (found.whole()) {
      items.forEachUnmet(item -> see(item, null));
    }
    if (!dumped) {
      repaired = before; // the first look shows what was there, not what others changed
    }
    dumped = true;
    resyncs++;
    long base = settings.resync().toNanos();
    nextResync = now + base + (long) ((random.nextDouble() - 0.5) / 5 * base);
  }

  /** What a look shows: an item that is as wanted waits no more, and one that is not waits. */
  private void see(Item<K, V> item, @Nullable V value) {
    repaired += items.setHave(item, value) ? 1 : 0;
    if (item.isAsWanted()) {
      items.settle(item);
    } else if (item.state != State.REFUSED) {
      items.await(item, item.state == State.WAITING ? item.since : version);
    }
  }

  /** What is to be done next: urgent items, else up to a burst of those that are due. */
  private Batch<K, V> nextBatch(long now) {
    var batch = new Batch<>(new Outcome(now));
    items.takeUrgent(batch, hold);
    if (batch.isEmpty()) {
      items.takeDue(batch, bucket.available(now), hold, now);
      bucket.take(batch.size(), now);
    }
    return batch;
  }

  private void apply(Batch<K, V> batch) {
    unsure = true;
    target.apply(batch);
    batch.end();
    unsure = false;
  }

  private long nextDue(long now) {
    long due = nextResync;
    for (Item<K, V> item : items.refused()) {
      if (item.failure().nextTry() - due < 0) {
        due = item.failure().nextTry();
      }
    }
    long token = now + bucket.nanosToNext(now);
    return items.waiting() > 0 && token - due < 0 ? token : due;
  }

  /** Takes over what became of items that were done at that time. */
  private final class Outcome implements Batch.Answers<K, V> {
    private final long now;

    Outcome(long now) {
      this.now = now;
    }

    @Override
    public void done(Item<K, V> item) {
      items.setHave(item, item.want);
      items.settle(item);
      applied++;
    }

    @Override
    public void refused(Item<K, V> item, String reason) {
      int count = item.failure == null ? 1 : item.failure.count() + 1;
      long nextTry = now + settings.backoff().nanosAfter(count);
      items.refuse(item, new Item.Failure(reason, count, nextTry));
    }
  }
}
