package io.margay.foundation.reconcile;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/** A target that speaks in maps, for a reconciler that speaks in items. */
final class DiffTarget<K, V> implements BulkTarget<K, V> {
  private final Target<K, V> target;

  DiffTarget(Target<K, V> target) {
    this.target = target;
  }

  @Override
  public Found<K, V> look(boolean whole) {
    return Found.everything(target.dump());
  }

  @Override
  public void apply(Batch<K, V> batch) {
    apply(batch, 0);
  }

  /** Makes the items from this one on real. */
  void apply(Batch<K, V> batch, int from) {
    var diff = new Diff<K, V>(new LinkedHashMap<>(), new LinkedHashSet<>());
    Map<K, Integer> unanswered = HashMap.newHashMap(batch.size());
    for (int i = from; i < batch.size(); i++) {
      K key = batch.key(i);
      unanswered.put(key, i);
      if (batch.isRemoval(i)) {
        diff.remove().add(key);
      } else {
        diff.put().put(key, batch.value(i));
      }
    }
    for (ItemResult<K> result : target.apply(diff)) {
      Integer item = unanswered.remove(result.key());
      if (item != null) { // else not asked, or answered twice
        switch (result) {
          case ItemResult.Done<K> _ -> batch.done(item);
          case ItemResult.Failed<K>(_, String reason) -> batch.refused(item, reason);
        }
      }
    }
  }
}
