package io.margay.foundation.reconcile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Items to be made real together, by their numbers from 0 on; told what became of each. Owned by
 * the reconciler's thread.
 */
public final class Batch<K, V> {
  private final List<Item<K, V>> items = new ArrayList<>();
  private final BitSet done = new BitSet();
  private final BitSet answered = new BitSet();
  private final Answers<K, V> answers;

  /** Who hears what became of an item. */
  interface Answers<K, V> {
    void done(Item<K, V> item);

    void refused(Item<K, V> item, String reason);

    /** Adds further items; whether there were any. */
    default boolean more(Batch<K, V> batch) {
      return false;
    }
  }

  Batch(Answers<K, V> answers) {
    this.answers = answers;
  }

  public int size() {
    return items.size();
  }

  public K key(int item) {
    return items.get(item).key;
  }

  /** Whether the item is to go; else it is to be there with its value. */
  public boolean isRemoval(int item) {
    return items.get(item).want == null;
  }

  /** The value that is wanted of an item that is to be there. */
  public V value(int item) {
    return Objects.requireNonNull(items.get(item).want);
  }

  /** The item is as wanted now. */
  public void done(int item) {
    if (!answered.get(item)) {
      answered.set(item);
      done.set(item);
      answers.done(items.get(item));
    }
  }

  /** The item is as wanted now, with this value of the target's, an equal one: it is held once. */
  public void done(int item, V equal) {
    if (!answered.get(item)) {
      items.get(item).want = equal;
      done(item);
    }
  }

  /** The item was refused, for this reason; it is tried again with back-off. */
  public void refused(int item, String reason) {
    if (!answered.get(item)) {
      answered.set(item);
      answers.refused(items.get(item), reason);
    }
  }

  /**
   * Adds further items, behind those that it has, while these may be on their way: what is wanted
   * in large numbers is taken in piece by piece. For a target that {@link BulkTarget#asksForMore}.
   *
   * @return whether there were any
   */
  public boolean more() {
    return answers.more(this);
  }

  void add(Item<K, V> item) {
    items.add(item);
  }

  boolean isDone(int item) {
    return done.get(item);
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** No more answers come: what has none was not done. */
  void end() {
    for (int i = answered.nextClearBit(0); i < size(); i = answered.nextClearBit(i + 1)) {
      answers.refused(items.get(i), "the target gave no result");
    }
  }
}
