package io.margay.agent.clean;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a reconciler's target calls its own, taken away by it. */
abstract sealed class TargetPart<K, V> implements Part permits RoutesPart, ChainsPart, SetsPart {
  private final Map<K, Item> found = new LinkedHashMap<>();

  /** The target, for one look or one removal. */
  abstract Target<K, V> open();

  /** Gives back what {@link #open} took. */
  abstract void close(Target<K, V> target);

  /** What it finds, as things of ours; those that are to stay left out. */
  abstract Map<K, Item> items(Map<K, V> dump);

  @Override
  public List<Item> find() {
    Target<K, V> target = open();
    try {
      found.putAll(items(target.dump()));
    } finally {
      close(target);
    }
    return List.copyOf(found.values());
  }

  @Override
  public Map<Item, String> remove() {
    Target<K, V> target = open();
    try {
      target.dump();
      var stay = new LinkedHashMap<Item, String>();
      for (ItemResult<K> result : target.apply(new Diff<>(Map.of(), Set.copyOf(found.keySet())))) {
        if (result instanceof ItemResult.Failed<K>(K key, String reason)) {
          Item item = found.get(key);
          if (item != null) {
            stay.put(item, reason);
          }
        }
      }
      return stay;
    } finally {
      close(target);
    }
  }
}
