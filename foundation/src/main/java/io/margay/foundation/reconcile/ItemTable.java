package io.margay.foundation.reconcile;

import io.margay.foundation.reconcile.Item.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items of a reconciler, by key and by what they wait for. Every item that is wanted or there
 * has one, and no other. Owned by the reconciler's thread.
 */
final class ItemTable<K, V> {
  private Map<K, Item<K, V>> items = new HashMap<>();

  /** The same, to be gone through; each knows its place. */
  private List<Item<K, V>> all = new ArrayList<>();

  /** Items that wait, and some that did: those are passed over. */
  private final ArrayDeque<Item<K, V>> queue = new ArrayDeque<>();

  /** Items that pass before the queue, and some that did. */
  private final List<Item<K, V>> urgent = new ArrayList<>();

  private final Set<Item<K, V>> refused = new LinkedHashSet<>();
  private final Set<Item<K, V>> held = new LinkedHashSet<>();
  private int desired;
  private int actual;
  private int waiting;
  private int round;

  /** How many are wanted. */
  int desired() {
    return desired;
  }

  /** How many are known to be there. */
  int actual() {
    return actual;
  }

  /** How many wait for their turn. */
  int waiting() {
    return waiting;
  }

  /** Those that were refused, in that order; not to be kept while items move. */
  Set<Item<K, V>> refused() {
    return refused;
  }

  /** How many would be removed but for a hold. */
  int held() {
    return held.size();
  }

  /** So many are to come. */
  void reserve(int count) {
    if (items.isEmpty()) {
      items = HashMap.newHashMap(count);
      all = new ArrayList<>(count);
    }
  }

  /** The item of a key that is wanted or there. */
  @Nullable Item<K, V> find(K key) {
    return items.get(key);
  }

  /** The item of a key, known or new; a new one has to be wanted or there when this is over. */
  Item<K, V> item(K key) {
    Item<K, V> known = items.get(key);
    return known == null ? make(key) : known;
  }

  private Item<K, V> make(K key) {
    var item = new Item<K, V>(key);
    item.place = all.size();
    all.add(item);
    items.put(key, item);
    return item;
  }

  /** A pass over everything begins: items that it meets get this number. */
  int beginPass() {
    return ++round;
  }

  /** The items that the pass has not met. */
  List<Item<K, V>> unmet() {
    var unmet = new ArrayList<Item<K, V>>();
    for (Item<K, V> item : all) {
      if (item.round != round) {
        unmet.add(item);
      }
    }
    return unmet;
  }

  /**
   * Goes through all items from the newest to the oldest. They may move and be forgotten meanwhile:
   * none is missed, and one may come twice.
   */
  Iterator<Item<K, V>> walk() {
    return new Iterator<>() {
      private int next = all.size();

      @Override
      public boolean hasNext() {
        // The list may be shorter now; what filled a gap came from further up.
        next = Math.min(next, all.size());
        return next > 0;
      }

      @Override
      public Item<K, V> next() {
        return all.get(--next);
      }
    };
  }

  /** Those of these keys' items that are wanted or there. */
  List<Item<K, V>> find(Set<K> keys) {
    var found = new ArrayList<Item<K, V>>(keys.size());
    for (K key : keys) {
      Item<K, V> item = items.get(key);
      if (item != null) {
        found.add(item);
      }
    }
    return found;
  }

  /** Takes over what is wanted; the item waits for its turn. */
  void setWant(Item<K, V> item, @Nullable V value, long asked) {
    desired += (value == null ? 0 : 1) - (item.want == null ? 0 : 1);
    item.want = value;
    await(item, asked);
  }

  /** Takes over what is there; whether that is news. */
  boolean setHave(Item<K, V> item, @Nullable V value) {
    V now = value != null && value.equals(item.want) ? item.want : value; // equal ones held once
    boolean changed = !Objects.equals(item.have, now);
    actual += (now == null ? 0 : 1) - (item.have == null ? 0 : 1);
    item.have = now;
    return changed;
  }

  /** The item waits for its turn from now on, whatever was refused of it before. */
  void await(Item<K, V> item, long asked) {
    if (item.state == State.SETTLED || item.state == State.HELD) {
      item.since = asked;
    }
    item.failure = null;
    move(item, State.WAITING);
  }

  /** All that a hold kept from being removed waits for its turn. */
  void awaitHeld(long asked) {
    List.copyOf(held).forEach(item -> await(item, asked));
  }

  /** There is nothing to do for the item. */
  void settle(Item<K, V> item) {
    move(item, State.SETTLED);
  }

  /** The item was refused. */
  void refuse(Item<K, V> item, Item.Failure failure) {
    item.failure = failure;
    item.urgent = false;
    move(item, State.REFUSED);
  }

  /** Of the items that wait, this one passes before the others. */
  void hurry(Item<K, V> item) {
    if (item.isDue() && !item.urgent) {
      item.urgent = true;
      urgent.add(item);
    }
  }

  /** Whether nothing that was asked for up to this version waits for its turn. */
  boolean nothingWaitsSince(long asked) {
    for (Item<K, V> item : queue) {
      if (item.state == State.WAITING && item.since <= asked) {
        return false;
      }
    }
    return true;
  }

  /** Urgent items that are to be done. */
  void takeUrgent(Batch<K, V> batch, Hold hold) {
    if (urgent.isEmpty()) {
      return;
    }
    urgent.removeIf(item -> !item.urgent);
    for (Item<K, V> item : urgent) {
      if (isToDo(item, hold)) {
        batch.add(item);
      }
    }
  }

  /** Adds items that wait, in their order, up to so many. */
  void takeWaiting(Batch<K, V> batch, int most, Hold hold) {
    int size = batch.size() + most;
    for (Item<K, V> item = queue.peek(); item != null; item = queue.peek()) {
      boolean toDo = item.state == State.WAITING && isToDo(item, hold);
      if (toDo && batch.size() == size) {
        break;
      }
      queue.poll();
      item.queued = false;
      if (toDo) {
        batch.add(item);
      }
    }
  }

  /** Adds refused items whose time has come, up to so many. */
  void takeRefused(Batch<K, V> batch, int most, Hold hold, long now) {
    int size = batch.size() + most;
    for (Item<K, V> item : refused.isEmpty() ? List.<Item<K, V>>of() : List.copyOf(refused)) {
      if (batch.size() < size && now - item.failure().nextTry() >= 0 && isToDo(item, hold)) {
        batch.add(item);
      }
    }
  }

  /** An item that nobody wants and that is not there is forgotten. */
  void forgetIfNothing(Item<K, V> item) {
    if (item.state == State.SETTLED && item.isNothing() && item.place != Item.NOWHERE) {
      items.remove(item.key);
      Item<K, V> last = all.removeLast();
      if (last != item) {
        all.set(item.place, last);
        last.place = item.place;
      }
      item.place = Item.NOWHERE;
    }
  }

  /** Something is to be done for the item, and no hold forbids it; else it waits no more. */
  private boolean isToDo(Item<K, V> item, Hold hold) {
    if (item.want == null && item.have != null && hold.isHeld()) {
      move(item, State.HELD);
      return false;
    }
    if (item.isAsWanted()) {
      move(item, State.SETTLED);
      return false;
    }
    return true;
  }

  private void move(Item<K, V> item, State to) {
    switch (item.state) {
      case WAITING -> waiting--;
      case REFUSED -> refused.remove(item);
      case HELD -> held.remove(item);
      case SETTLED -> {}
    }
    item.state = to;
    switch (to) {
      case WAITING -> {
        waiting++;
        if (!item.queued) {
          item.queued = true;
          queue.add(item);
        }
      }
      case REFUSED -> refused.add(item);
      case HELD -> {
        held.add(item);
        item.urgent = false;
      }
      case SETTLED -> {
        item.failure = null;
        item.urgent = false;
        forgetIfNothing(item);
      }
    }
  }
}
