package io.margay.foundation.reconcile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A kernel table in memory that refuses, throws or keeps silent on demand. Used by one thread. */
public final class InMemoryTarget<K, V> implements Target<K, V> {
  /** What is there. */
  public final Map<K, V> entries = new LinkedHashMap<>();

  /** All batches so far, as they came. */
  public final List<Diff<K, V>> batches = new ArrayList<>();

  /** Items that are refused, with the reason. */
  public final Map<K, String> refused = new LinkedHashMap<>();

  /** Items for which no result is given. */
  public final Set<K> silent = new LinkedHashSet<>();

  public int dumps;

  private @Nullable RuntimeException failure;
  private int itemsBeforeFailure;

  /** The next apply throws after so many items, or the next dump. */
  public void failOnce(RuntimeException failure, int items) {
    this.failure = failure;
    this.itemsBeforeFailure = items;
  }

  /** The keys of all batches, in the order in which they came. */
  public List<Set<K>> touched() {
    return batches.stream()
        .map(batch -> {
          var keys = new LinkedHashSet<K>(batch.put().keySet());
          keys.addAll(batch.remove());
          return (Set<K>) keys;
        })
        .toList();
  }

  @Override
  public Map<K, V> dump() {
    dumps++;
    failIfAsked(0);
    return new LinkedHashMap<>(entries);
  }

  @Override
  public List<ItemResult<K>> apply(Diff<K, V> diff) {
    batches.add(new Diff<>(new LinkedHashMap<>(diff.put()), new LinkedHashSet<>(diff.remove())));
    var results = new ArrayList<ItemResult<K>>();
    diff.put().forEach((key, value) -> one(key, results, () -> entries.put(key, value)));
    diff.remove().forEach(key -> one(key, results, () -> entries.remove(key)));
    failIfAsked(results.size());
    return results;
  }

  private void one(K key, List<ItemResult<K>> results, Runnable change) {
    failIfAsked(results.size());
    if (refused.containsKey(key)) {
      results.add(new ItemResult.Failed<>(key, refused.get(key)));
    } else if (!silent.contains(key)) {
      change.run();
      results.add(new ItemResult.Done<>(key));
    }
  }

  private void failIfAsked(int done) {
    RuntimeException now = failure;
    if (now != null && done >= itemsBeforeFailure) {
      failure = null;
      throw now;
    }
  }
}
