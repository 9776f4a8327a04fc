package io.margay.foundation.reconcile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Items to be made real together, by their numbers from 0 on, and what became of them. Owned by the
 * reconciler's thread.
 */
public final class Batch<K, V> {
  private final List<Item<K, V>> items = new ArrayList<>();
  private final BitSet done = new BitSet();
  private final Map<Integer, String> refused = new HashMap<>(0);

  Batch() {}

  /** What is to be done to a target of which no reconciler keeps the items. */
  static <K, V> Batch<K, V> of(Diff<K, V> diff) {
    var batch = new Batch<K, V>();
    diff.put()
        .forEach((key, value) -> {
          var item = new Item<K, V>(key);
          item.want = value;
          batch.add(item);
        });
    diff.remove().forEach(key -> batch.add(new Item<>(key)));
    return batch;
  }

  public int size() {
    return items.size();
  }

  public K key(int item) {
    return items.get(item).key;
  }

  /** Whether the item is to go; else it is to be there with its value. */
  public boolean isRemoval(int item) {
    return items.get(item).want == null;
  }

  /** The value that is wanted of an item that is to be there. */
  public V value(int item) {
    return Objects.requireNonNull(items.get(item).want);
  }

  /** The item is as wanted now. */
  public void done(int item) {
    done.set(item);
  }

  /** The item was refused, for this reason; it is tried again with back-off. */
  public void refused(int item, String reason) {
    refused.put(item, reason);
  }

  /** What became of each item. */
  List<ItemResult<K>> results() {
    var results = new ArrayList<ItemResult<K>>(size());
    for (int i = 0; i < size(); i++) {
      K key = key(i);
      Optional<String> refusal = refusal(i);
      results.add(
          refusal.isPresent()
              ? new ItemResult.Failed<>(key, refusal.get())
              : new ItemResult.Done<>(key));
    }
    return results;
  }

  void add(Item<K, V> item) {
    items.add(item);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  Item<K, V> item(int number) {
    return items.get(number);
  }

  /** Why the item was not done; empty when it was. */
  Optional<String> refusal(int item) {
    if (!refused.isEmpty() && refused.containsKey(item)) {
      return Optional.of(refused.get(item));
    }
    return done.get(item) ? Optional.empty() : Optional.of("the target gave no result");
  }
}
