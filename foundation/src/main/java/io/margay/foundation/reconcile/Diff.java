package io.margay.foundation.reconcile;

import java.util.Map;
import java.util.Set;

/** What has to happen so that actual becomes desired. */
public record Diff<K, V>(Map<K, V> put, Set<K> remove) {
  public boolean isEmpty() {
    return put.isEmpty() && remove.isEmpty();
  }

  public int size() {
    return put.size() + remove.size();
  }
}
