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
  /** Half a millisecond: so much later begins the target. */
  private static final int SLICE = 1024;

  private final BulkTarget<K, V> target;
  private final ReconcilerSettings settings;
  private final RandomGenerator random;
  private final Hold hold;
  private final TokenBucket bucket;

  private final ItemTable<K, V> items = new ItemTable<>();
  private final int slice;
  private @Nullable Intake<K, V> intake;
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
    this(target, settings, hold, random, now, SLICE);
  }

  /**
   * One that takes in so many items at a time.
   *
   * @param slice at least 1
   */
  Reconciler(
      Target<K, V> target,
      ReconcilerSettings settings,
      Hold hold,
      RandomGenerator random,
      long now,
      int slice) {
    this.slice = slice;
    this.target = target instanceof BulkTarget<K, V> bulk ? bulk : new DiffTarget<>(target);
    this.settings = settings;
    this.hold = hold;
    this.random = random;
    this.bucket = new TokenBucket(settings.perSecond(), settings.burst(), now);
  }

  /** Everything that is wanted from now on; the map stays as it is until the next run is over. */
  public void want(long asked, Map<K, V> all) {
    takeInAll();
    begin(Intake.of(items, all, asked), asked);
  }

  /**
   * What is wanted otherwise than before; both stay as they are until the next run is over. No key
   * is in both.
   */
  public void change(long asked, Map<K, V> put, Set<K> remove) {
    takeInAll();
    begin(Intake.of(items, put, remove, asked), asked);
  }

  private void begin(Intake<K, V> wanted, long asked) {
    intake = wanted;
    version = asked;
    // Only where each item comes once: one that is on its way must not be wanted otherwise.
    if (!target.asksForMore() || items.waiting() > 0 || !items.refused().isEmpty()) {
      takeInAll();
    }
  }

  private void takeInAll() {
    takeIn(Integer.MAX_VALUE);
  }

  private void takeIn(int most) {
    Intake<K, V> wanted = intake;
    if (wanted != null) {
      intake = null; // one that throws would throw for ever
      if (!wanted.take(most)) {
        intake = wanted;
      }
    }
  }

  /**
   * Of the items that wait, these pass before all others, in a batch of their own, beside the rate
   * limit and without waiting for their next try: their next hop is dead.
   */
  public void hurry(Set<K> keys) {
    takeInAll();
    for (K key : keys) {
      Item<K, V> item = items.find(key);
      if (item != null) {
        items.hurry(item);
      }
    }
  }

  /** The same of all that was refused: what it wanted for may have come. */
  public void hurryRefused() {
    takeInAll();
    items.refused().forEach(items::hurry);
  }

  /** What an event of the kernel says of an item of ours: its value now, or that it is gone. */
  public void observed(K key, Optional<V> value) {
    takeInAll();
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
    takeInAll();
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
      takeInAll();
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
    takeInAll();
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
    takeInAll();
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
    takeInAll();
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
      items.unmet().forEach(item -> see(item, null));
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
    var urgent = new Batch<>(new Outcome(now, false));
    items.takeUrgent(urgent, hold);
    if (!urgent.isEmpty()) {
      return urgent;
    }
    var batch = new Batch<>(new Outcome(now, true));
    takeMore(batch, now);
    int waiting = batch.size();
    items.takeRefused(batch, bucket.available(now), hold, now);
    bucket.take(batch.size() - waiting, now);
    return batch;
  }

  /** Adds items that wait; takes in what it needs for that. Whether there were any. */
  private boolean takeMore(Batch<K, V> batch, long now) {
    int before = batch.size();
    do {
      takeIn(slice);
      items.takeWaiting(batch, bucket.available(now), hold);
    } while (batch.size() == before && intake != null);
    bucket.take(batch.size() - before, now);
    return batch.size() > before;
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
    private final boolean growing;

    /**
     * @param growing whether what waits may be added; urgent items are a batch of their own, and
     *     wait in the queue as well
     */
    Outcome(long now, boolean growing) {
      this.now = now;
      this.growing = growing;
    }

    @Override
    public void done(Item<K, V> item) {
      items.setHave(item, item.want);
      items.settle(item);
      applied++;
    }

    @Override
    public boolean more(Batch<K, V> batch) {
      return growing && takeMore(batch, now);
    }

    @Override
    public void refused(Item<K, V> item, String reason) {
      int count = item.failure == null ? 1 : item.failure.count() + 1;
      long nextTry = now + settings.backoff().nanosAfter(count);
      items.refuse(item, new Item.Failure(reason, count, nextTry));
    }
  }
}
