package io.margay.foundation.reconcile;

/** Whether all that was wanted up to a version is real. */
public sealed interface Reached<K> {
  /** It is. */
  record Yes<K>() implements Reached<K> {}

  /** This item was not tried yet, or the version was not asked for yet. */
  record NotYet<K>() implements Reached<K> {}

  /** The kernel refuses this item. */
  record Refused<K>(K key, String reason) implements Reached<K> {}
}
