package io.margay.foundation.intern;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values by content. An int names one from decode to export. Owned by one thread. */
public final class InternTable<T> {
  private static final int NONE = -1;

  private final Object2IntOpenHashMap<T> ids = new Object2IntOpenHashMap<>();
  private final List<@Nullable T> values = new ArrayList<>();
  private final IntArrayList counts = new IntArrayList();
  private final IntArrayList free = new IntArrayList();

  /** Id of an equal value, new or known; counted once more for the caller. */
  public int intern(T value) {
    int id = ids.getOrDefault(value, NONE);
    if (id == NONE) {
      id = place(value);
    }
    counts.set(id, counts.getInt(id) + 1);
    return id;
  }

  /** Counts the id once more. */
  public void retain(int id) {
    value(id);
    counts.set(id, counts.getInt(id) + 1);
  }

  /** Gives one count back; true for the last: the id may name another value from now on. */
  public boolean release(int id) {
    T value = value(id);
    int left = counts.getInt(id) - 1;
    counts.set(id, left);
    if (left == 0) {
      ids.removeInt(value);
      values.set(id, null);
      free.push(id);
    }
    return left == 0;
  }

  /**
   * What the id names.
   *
   * @throws IllegalStateException when nobody counts the id
   */
  public T value(int id) {
    T value = values.get(id);
    if (value == null) {
      throw new IllegalStateException("id " + id + " was released");
    }
    return value;
  }

  /** How many different values are held. */
  public int size() {
    return ids.size();
  }

  private int place(T value) {
    int id;
    if (free.isEmpty()) {
      id = values.size();
      values.add(value);
      counts.add(0);
    } else {
      id = free.popInt();
      values.set(id, value);
    }
    ids.put(value, id);
    return id;
  }
}
