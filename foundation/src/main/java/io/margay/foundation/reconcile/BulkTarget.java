package io.margay.foundation.reconcile;

import java.util.ArrayList;
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
   * Makes one batch real, in the order that the target needs, and answers each of its items, once
   * and in the kernel's words, in any order and as soon as it likes.
   */
  void apply(Batch<K, V> batch);

  /**
   * Whether {@link #apply} calls {@link Batch#more} until there is no more: then it is called
   * before all that is wanted has been taken in. A target that needs all at once says no.
   */
  default boolean asksForMore() {
    return false;
  }

  @Override
  default Map<K, V> dump() {
    return look(true).there();
  }

  @Override
  default List<ItemResult<K>> apply(Diff<K, V> diff) {
    var results = new ArrayList<ItemResult<K>>(diff.size());
    var batch =
        new Batch<>(
            new Batch.Answers<K, V>() {
              @Override
              public void done(Item<K, V> item) {
                results.add(new ItemResult.Done<>(item.key));
              }

              @Override
              public void refused(Item<K, V> item, String reason) {
                results.add(new ItemResult.Failed<>(item.key, reason));
              }
            });
    diff.put()
        .forEach((key, value) -> {
          var item = new Item<K, V>(key);
          item.want = value;
          batch.add(item);
        });
    diff.remove().forEach(key -> batch.add(new Item<>(key)));
    apply(batch);
    batch.end();
    return results;
  }
}
