package io.margay.foundation.reconcile;

import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * What was said to be wanted and has not reached the items yet: a target may make the first of it
 * real meanwhile. Owned by the reconciler's thread.
 */
final class Intake<K, V> {
  private final ItemTable<K, V> items;
  private final Iterator<Map.Entry<K, V>> put;
  private final Set<K> remove;
  private final boolean everything;
  private final int size;
  private final int pass;
  private final long asked;

  private Intake(
      ItemTable<K, V> items, Map<K, V> put, Set<K> remove, boolean everything, long asked) {
    this.items = items;
    this.put = put.entrySet().iterator();
    this.remove = remove;
    this.everything = everything;
    this.size = put.size();
    this.pass = everything ? items.beginPass() : 0;
    this.asked = asked;
  }

  /** All of this, and nothing else. */
  static <K, V> Intake<K, V> of(ItemTable<K, V> items, Map<K, V> all, long asked) {
    items.reserve(all.size());
    return new Intake<>(items, all, Set.of(), true, asked);
  }

  /** This beside what is wanted already, and no more of that. */
  static <K, V> Intake<K, V> of(ItemTable<K, V> items, Map<K, V> put, Set<K> remove, long asked) {
    return new Intake<>(items, put, remove, false, asked);
  }

  /**
   * Takes in up to so many entries; with the last of them goes what is not wanted any more.
   *
   * @return whether that was all
   */
  boolean take(int most) {
    for (int i = 0; i < most && put.hasNext(); i++) {
      Map.Entry<K, V> entry = put.next();
      Item<K, V> item = items.item(entry.getKey());
      if (everything) {
        item.round = pass;
      }
      if (!entry.getValue().equals(item.want)) {
        items.setWant(item, entry.getValue(), asked);
      }
    }
    if (put.hasNext()) {
      return false;
    }
    if (everything && items.desired() > size) {
      items.forEachUnmet(this::unwant);
    }
    for (K key : remove) {
      Item<K, V> item = items.find(key);
      if (item != null) {
        unwant(item);
      }
    }
    return true;
  }

  private void unwant(Item<K, V> item) {
    if (item.want != null) {
      items.setWant(item, null, asked);
    }
  }
}
