package io.margay.foundation.reconcile;

import java.util.List;
import java.util.Map;

/** Where things get real: one kernel table, one set, one kind of link. Called by one thread. */
public interface Target<K, V> {
  /**
   * What is there. Only what is ours; foreign entries never show. Throws when it cannot be read.
   */
  Map<K, V> dump();

  /**
   * Makes one batch real, in the order that the target needs (devices before routes, make before
   * break).
   *
   * @return one result per item of the diff, in the kernel's words
   */
  List<ItemResult<K>> apply(Diff<K, V> diff);
}
