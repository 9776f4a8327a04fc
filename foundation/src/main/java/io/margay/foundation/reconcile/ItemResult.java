package io.margay.foundation.reconcile;

/** What became of one item of a batch. */
public sealed interface ItemResult<K> {
  K key();

  /** The kernel took it. */
  record Done<K>(K key) implements ItemResult<K> {}

  /** The kernel refused it; it is tried again with back-off. */
  record Failed<K>(K key, String reason) implements ItemResult<K> {}
}
