package io.margay.foundation.reconcile;

import java.util.Map;
import java.util.Set;

/**
 * What a target found.
 *
 * @param whole whether {@code there} is everything; else it is what changed, or came
 * @param gone what is there no more; of a whole one, what it does not name
 */
public record Found<K, V>(boolean whole, Map<K, V> there, Set<K> gone) {
  /** Everything that is there. */
  public static <K, V> Found<K, V> everything(Map<K, V> there) {
    return new Found<>(true, there, Set.of());
  }

  /** What is otherwise than it was told last. */
  public static <K, V> Found<K, V> changes(Map<K, V> there, Set<K> gone) {
    return new Found<>(false, there, gone);
  }
}
