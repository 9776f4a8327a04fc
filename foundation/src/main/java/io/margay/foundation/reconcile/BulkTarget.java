package io.margay.foundation.reconcile;

import java.util.List;
import java.util.Map;

/**
 * A {@link Target} for very many items: told and asked without a map of all of them each time.
 * Called by one thread.
 */
public interface BulkTarget<K, V> extends Target<K, V> {
  /**
   * Reads what is there. Only what is ours; foreign entries never show. Throws when it cannot be
   * read.
   *
   * @param whole whether everything is to be told; else what differs from what this target told
   *     last, by this method or by its answers to batches, is enough
   */
  Found<K, V> look(boolean whole);

  /**
   * Makes one batch real, in the order that the target needs, and answers each of its items, in the
   * kernel's words.
   */
  void apply(Batch<K, V> batch);

  @Override
  default Map<K, V> dump() {
    return look(true).there();
  }

  @Override
  default List<ItemResult<K>> apply(Diff<K, V> diff) {
    Batch<K, V> batch = Batch.of(diff);
    apply(batch);
    return batch.results();
  }
}
