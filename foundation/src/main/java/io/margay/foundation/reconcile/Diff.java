package io.margay.foundation.reconcile;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What has to happen so that actual becomes desired. */
public record Diff<K, V>(Map<K, V> put, Set<K> remove) {
  /** All that differs between the two maps; equal values do not show. */
  public static <K, V> Diff<K, V> between(Map<K, V> desired, Map<K, V> actual) {
    var put = new LinkedHashMap<>(desired);
    put.entrySet().removeIf(e -> e.getValue().equals(actual.get(e.getKey())));
    var remove = new LinkedHashSet<>(actual.keySet());
    remove.removeAll(desired.keySet());
    return new Diff<>(put, remove);
  }

  public boolean isEmpty() {
    return put.isEmpty() && remove.isEmpty();
  }

  public int size() {
    return put.size() + remove.size();
  }
}
