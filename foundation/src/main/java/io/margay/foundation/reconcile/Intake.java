package io.margay.foundation.reconcile;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
  private @Nullable Iterator<Item<K, V>> going;

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
   * Takes in up to so many items: first what is wanted, then what is not wanted any more.
   *
   * @return whether that was all
   */
  boolean take(int most) {
    int left = most;
    for (; left > 0 && put.hasNext(); left--) {
      take(put.next());
    }
    if (put.hasNext()) {
      return false;
    }
    Iterator<Item<K, V>> rest = toRemove();
    for (; left > 0 && rest.hasNext(); left--) {
      unwant(rest.next());
    }
    return !rest.hasNext();
  }

  private void take(Map.Entry<K, V> entry) {
    Item<K, V> item = items.item(entry.getKey());
    if (everything) {
      item.round = pass;
    }
    if (!entry.getValue().equals(item.want)) {
      items.setWant(item, entry.getValue(), asked);
    }
  }

  /** Items that may be wanted no more; found out when all that is wanted is known. */
  private Iterator<Item<K, V>> toRemove() {
    Iterator<Item<K, V>> known = going;
    if (known == null) {
      known = everything ? notWanted() : items.find(remove).iterator();
      going = known;
    }
    return known;
  }

  private Iterator<Item<K, V>> notWanted() {
    return items.desired() > size ? items.walk() : Collections.emptyIterator();
  }

  private void unwant(Item<K, V> item) {
    boolean stays = everything && item.round == pass;
    if (!stays && item.want != null) {
      items.setWant(item, null, asked);
    }
  }
}
