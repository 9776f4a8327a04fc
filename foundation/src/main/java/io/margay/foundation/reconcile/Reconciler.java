package io.margay.foundation.reconcile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
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

  /** Removals that only a hold keeps from happening; none of them is dirty. */
  private final Set<K> held = new LinkedHashSet<>();

  private boolean resyncWanted = true;

  /** Stands while the target is called, and when it threw: what it did is not known then. */
  private boolean unsure;

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
    for (Iterator<K> keys = desired.keySet().iterator(); keys.hasNext(); ) {
      K key = keys.next();
      if (!all.containsKey(key)) {
        keys.remove();
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

  /**
   * Of the items that wait, these pass before all others, in a batch of their own, beside the rate
   * limit and without waiting for their next try: their next hop is dead.
   */
  public void hurry(Set<K> keys) {
    for (K key : keys) {
      if (dirty.containsKey(key)) {
        urgent.add(key);
      }
    }
  }

  /** What an event of the kernel says of an item of ours: its value now, or that it is gone. */
  public void observed(K key, Optional<V> value) {
    V want = desired.get(key);
    V now = value.orElse(null);
    boolean asWanted = Objects.equals(now, want);
    V before = now == null ? actual.remove(key) : actual.put(key, asWanted ? want : now);
    if (!dumped || Objects.equals(before, now)) {
      return;
    }
    if (asWanted) {
      held.remove(key);
    } else {
      repaired++;
      failures.remove(key);
      held.remove(key);
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
    if (resyncWanted || unsure || now - nextResync >= 0) {
      resyncWanted = false;
      unsure = true;
      readAll(now);
      unsure = false;
    }
    for (Diff<K, V> batch = nextBatch(now); !batch.isEmpty(); batch = nextBatch(now)) {
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

  /** Whether all that was wanted up to this version is real. One refused item answers for all. */
  public Reached<K> reached(long asked) {
    return reached(asked, dirty.keySet());
  }

  /**
   * Whether these items are as they were wanted at this version, or later. What the kernel refuses
   * of others does not matter: a waiting pod asks for its own.
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

  /** Of these items, those that are not known to be there with these values. */
  public Set<K> missing(Map<K, V> items) {
    var missing = new HashSet<K>();
    items.forEach((key, value) -> {
      if (!dumped || !value.equals(actual.get(key))) {
        missing.add(key);
      }
    });
    return missing;
  }

  private void wantOne(K key, V value, long asked) {
    if (!value.equals(desired.get(key))) {
      desired.put(key, value);
      touch(key, asked);
    }
  }

  private void touch(K key, long asked) {
    dirty.putIfAbsent(key, asked);
    forget(key, held);
    forget(key, failures.keySet());
  }

  /** These sets are empty nearly always, and a hash of the key is not free. */
  private static <K> void forget(K key, Set<K> set) {
    if (!set.isEmpty()) {
      set.remove(key);
    }
  }

  private void readAll(long now) {
    Set<K> differing = compare(target.dump());
    held.clear();
    dirty.keySet().retainAll(differing);
    failures.keySet().retainAll(differing);
    urgent.retainAll(differing);
    differing.forEach(key -> dirty.putIfAbsent(key, version));
    dumped = true;
    resyncs++;
    long base = settings.resync().toNanos();
    nextResync = now + base + (long) ((random.nextDouble() - 0.5) / 5 * base);
  }

  /** Takes over what was found, in one pass; gives back what differs from what is wanted. */
  private Set<K> compare(Map<K, V> found) {
    var differing = new LinkedHashSet<K>();
    long changed = 0;
    int met = 0;
    for (Map.Entry<K, V> e : found.entrySet()) {
      V want = desired.get(e.getKey());
      boolean asWanted = e.getValue().equals(want);
      V now = asWanted ? want : e.getValue(); // equal values are held once
      if (!Objects.equals(now, actual.put(e.getKey(), now))) {
        changed++;
      }
      met += want == null ? 0 : 1;
      if (!asWanted) {
        differing.add(e.getKey());
      }
    }
    changed += actual.size() - found.size();
    if (actual.size() > found.size()) {
      actual.keySet().removeIf(key -> !found.containsKey(key));
    }
    if (met < desired.size()) {
      desired.keySet().stream().filter(key -> !found.containsKey(key)).forEach(differing::add);
    }
    repaired += dumped ? changed : 0;
    return differing;
  }

  /** What is to be done next: urgent items, else up to a burst of those that are due. */
  private Diff<K, V> nextBatch(long now) {
    var batch = new Diff<K, V>(new LinkedHashMap<>(), new LinkedHashSet<>());
    for (K key : List.copyOf(urgent)) {
      if (passOver(key)) {
        settle(key);
      } else {
        add(key, batch);
      }
    }
    if (!batch.isEmpty()) {
      return batch;
    }
    int allowed = bucket.available(now);
    for (Iterator<K> all = dirty.keySet().iterator(); all.hasNext(); ) {
      K key = all.next();
      Failure failure = failures.isEmpty() ? null : failures.get(key);
      if (passOver(key)) {
        all.remove();
        forget(key, failures.keySet());
      } else if (failure == null || now - failure.nextTry >= 0) {
        if (batch.size() == allowed) {
          break;
        }
        add(key, batch);
      }
    }
    bucket.take(batch.size(), now);
    return batch;
  }

  /** Nothing is to be done for the item, or a hold forbids it, which is noted. */
  private boolean passOver(K key) {
    V want = desired.get(key);
    if (want == null && actual.containsKey(key) && hold.isHeld()) {
      held.add(key);
      return true;
    }
    return Objects.equals(want, actual.get(key));
  }

  private void add(K key, Diff<K, V> batch) {
    V want = desired.get(key);
    if (want == null) {
      batch.remove().add(key);
    } else {
      batch.put().put(key, want);
    }
  }

  private void applyBatch(Diff<K, V> batch, long now) {
    unsure = true;
    List<ItemResult<K>> results = target.apply(batch);
    unsure = false;
    var unanswered = new HashSet<K>(batch.remove());
    unanswered.addAll(batch.put().keySet());
    for (ItemResult<K> result : results) {
      if (!unanswered.remove(result.key())) {
        continue; // not asked, or answered twice
      }
      switch (result) {
        case ItemResult.Done<K>(K key) -> done(key, batch.put().get(key));
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
    urgent.remove(key);
  }

  private void settle(K key) {
    dirty.remove(key);
    forget(key, failures.keySet());
    forget(key, urgent);
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
    long token = now + bucket.nanosToNext(now);
    return untried && token - due < 0 ? token : due;
  }

  private record Failure(String reason, int count, long nextTry) {}
}
