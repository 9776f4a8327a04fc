package io.margay.foundation.reconcile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private final Target<K, V> target;
  private final ReconcilerSettings settings;
  private final RandomGenerator random;
  private final Hold hold;
  private final TokenBucket bucket;

  private final Map<K, V> desired = new HashMap<>();
  private final Map<K, V> actual = new HashMap<>();

  /** Items to look at, with the version that asked for them; the urgent ones pass first. */
  private final LinkedHashMap<K, Long> dirty = new LinkedHashMap<>();

  private final Set<K> urgent = new LinkedHashSet<>();
  private final Map<K, Failure> failures = new HashMap<>();

  /** Removals that only a hold keeps from happening. */
  private final Set<K> held = new LinkedHashSet<>();

  private boolean resyncWanted = true;
  private boolean dumped;
  private long nextResync;
  private long version;
  private long resyncs;
  private long repaired;
  private long applied;

  public Reconciler(
      Target<K, V> target,
      ReconcilerSettings settings,
      Hold hold,
      RandomGenerator random,
      long now) {
    this.target = target;
    this.settings = settings;
    this.hold = hold;
    this.random = random;
    this.bucket = new TokenBucket(settings.perSecond(), settings.burst(), now);
  }

  /** Everything that is wanted from now on. */
  public void want(long asked, Map<K, V> all) {
    for (K key : List.copyOf(desired.keySet())) {
      if (!all.containsKey(key)) {
        desired.remove(key);
        touch(key, asked);
      }
    }
    all.forEach((key, value) -> wantOne(key, value, asked));
    version = asked;
  }

  /** What is wanted otherwise than before. */
  public void change(long asked, Map<K, V> put, Set<K> remove) {
    put.forEach((key, value) -> wantOne(key, value, asked));
    for (K key : remove) {
      if (desired.remove(key) != null) {
        touch(key, asked);
      }
    }
    version = asked;
  }

  /** These items pass before all others and beside the rate limit: their next hop is dead. */
  public void hurry(Set<K> keys) {
    for (K key : keys) {
      if (dirty.containsKey(key)) {
        urgent.add(key);
      }
    }
  }

  /** What an event of the kernel says of an item of ours: its value now, or that it is gone. */
  public void observed(K key, Optional<V> value) {
    V before = value.isPresent() ? actual.put(key, value.get()) : actual.remove(key);
    if (!dumped || Objects.equals(before, value.orElse(null))) {
      return;
    }
    if (!Objects.equals(value.orElse(null), desired.get(key))) {
      repaired++;
      failures.remove(key);
      dirty.putIfAbsent(key, version);
    }
  }

  /** Looks at everything anew at the next run: events were lost, or a device came back. */
  public void resync() {
    resyncWanted = true;
  }

  /** Takes away a reason to delete nothing. */
  public void release(String reason) {
    if (hold.release(reason)) {
      for (K key : held) {
        dirty.putIfAbsent(key, version);
      }
      held.clear();
    }
  }

  /**
   * Does what is due.
   *
   * @return when to call again at the latest, in the clock's nanoseconds
   */
  public long run(long now) {
    if (resyncWanted || now - nextResync >= 0) {
      resyncWanted = true;
      readAll(now);
      resyncWanted = false;
    }
    for (Batch<K, V> batch = nextBatch(now); !batch.keys.isEmpty(); batch = nextBatch(now)) {
      applyBatch(batch, now);
    }
    return nextDue(now);
  }

  public ReconcileStatus<K> status() {
    var failing = new ArrayList<ReconcileStatus.Failing<K>>(failures.size());
    failures.forEach(
        (key, f) -> failing.add(new ReconcileStatus.Failing<>(key, f.reason, f.count, f.nextTry)));
    return new ReconcileStatus<>(
        desired.size(),
        actual.size(),
        dirty.size() - (int) failures.keySet().stream().filter(dirty::containsKey).count(),
        held.size(),
        hold.reasons(),
        failing,
        resyncs,
        repaired,
        applied,
        version);
  }

  /** Whether all that was wanted up to this version is real. */
  public Reached<K> reached(long asked) {
    return reached(asked, List.copyOf(dirty.keySet()));
  }

  /**
   * Whether these items are real as they were wanted up to this version; others may wait or fail.
   */
  public Reached<K> reached(long asked, Collection<K> keys) {
    if (!dumped || asked > version) {
      return new Reached.NotYet<>();
    }
    boolean waiting = false;
    for (K key : keys) {
      Long since = dirty.get(key);
      if (since == null || since > asked) {
        continue;
      }
      Failure failure = failures.get(key);
      if (failure != null) {
        return new Reached.Refused<>(key, failure.reason);
      }
      waiting = true;
    }
    return waiting ? new Reached.NotYet<>() : new Reached.Yes<>();
  }

  private void wantOne(K key, V value, long asked) {
    V before = desired.put(key, value);
    if (!value.equals(before)) {
      touch(key, asked);
    }
  }

  private void touch(K key, long asked) {
    dirty.putIfAbsent(key, asked);
    held.remove(key);
    failures.remove(key);
  }

  private void readAll(long now) {
    Map<K, V> found = target.dump();
    if (dumped) {
      repaired += Diff.between(actual, found).size();
    }
    actual.clear();
    actual.putAll(found);
    held.clear();
    Diff<K, V> diff = Diff.between(desired, actual);
    dirty.keySet().retainAll(union(diff.put().keySet(), diff.remove()));
    failures.keySet().retainAll(dirty.keySet());
    diff.put().keySet().forEach(key -> dirty.putIfAbsent(key, version));
    diff.remove().forEach(key -> dirty.putIfAbsent(key, version));
    dumped = true;
    resyncs++;
    long base = settings.resync().toNanos();
    nextResync = now + base + (long) ((random.nextDouble() - 0.5) / 5 * base);
  }

  private static <K> Set<K> union(Set<K> a, Set<K> b) {
    var all = new LinkedHashSet<K>(a);
    all.addAll(b);
    return all;
  }

  private record Batch<K, V>(Set<K> keys, Diff<K, V> diff) {}

  /** Up to a burst of items that are due, urgent ones first, as far as the rate allows. */
  private Batch<K, V> nextBatch(long now) {
    var keys = new LinkedHashSet<K>();
    var diff = new Diff<K, V>(new LinkedHashMap<>(), new LinkedHashSet<>());
    for (K key : List.copyOf(urgent)) {
      urgent.remove(key);
      pick(key, keys, diff);
    }
    var due = new ArrayList<K>();
    for (K key : dirty.keySet()) {
      if (due.size() == settings.burst()) {
        break;
      }
      Failure failure = failures.get(key);
      if (!keys.contains(key) && (failure == null || now - failure.nextTry >= 0)) {
        due.add(key);
      }
    }
    int allowed = bucket.take(due.size(), now);
    for (K key : due.subList(0, allowed)) {
      pick(key, keys, diff);
    }
    return new Batch<>(keys, diff);
  }

  private void pick(K key, Set<K> keys, Diff<K, V> diff) {
    if (!dirty.containsKey(key)) {
      return;
    }
    V want = desired.get(key);
    V have = actual.get(key);
    if (Objects.equals(want, have)) {
      settle(key);
    } else if (want != null) {
      diff.put().put(key, want);
    } else if (hold.isHeld()) {
      dirty.remove(key);
      held.add(key);
    } else {
      diff.remove().add(key);
    }
    keys.add(key);
  }

  private void applyBatch(Batch<K, V> batch, long now) {
    if (batch.diff.isEmpty()) {
      return;
    }
    resyncWanted = true; // stands when the target throws: what it did is then unknown
    List<ItemResult<K>> results = target.apply(batch.diff);
    resyncWanted = false;
    var unanswered = union(batch.diff.put().keySet(), batch.diff.remove());
    for (ItemResult<K> result : results) {
      unanswered.remove(result.key());
      switch (result) {
        case ItemResult.Done<K>(K key) -> done(key, batch.diff.put().get(key));
        case ItemResult.Failed<K>(K key, String reason) -> failed(key, reason, now);
      }
    }
    unanswered.forEach(key -> failed(key, "the target gave no result", now));
  }

  private void done(K key, @Nullable V value) {
    if (value == null) {
      actual.remove(key);
    } else {
      actual.put(key, value);
    }
    settle(key);
    applied++;
  }

  private void failed(K key, String reason, long now) {
    Failure before = failures.get(key);
    int count = before == null ? 1 : before.count + 1;
    failures.put(key, new Failure(reason, count, now + settings.backoff().nanosAfter(count)));
  }

  private void settle(K key) {
    dirty.remove(key);
    failures.remove(key);
  }

  private long nextDue(long now) {
    long due = nextResync;
    boolean untried = false;
    for (K key : dirty.keySet()) {
      Failure failure = failures.get(key);
      if (failure == null) {
        untried = true;
      } else if (failure.nextTry - due < 0) {
        due = failure.nextTry;
      }
    }
    if (untried) {
      due = Math.min(due, now + bucket.nanosToNext(now));
    }
    return due;
  }

  private record Failure(String reason, int count, long nextTry) {}
}
