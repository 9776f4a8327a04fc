package io.margay.bgp.speaker;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tasks by the time when they are due, as a binary heap; of equal times the older one is first.
 * Each entry knows its place, so one of thousands is taken out without a search: hold timers are
 * set anew with each read. Owned by one thread.
 */
final class TimerHeap {
  private static final int OUT = -1;

  private @Nullable Entry[] heap = new @Nullable Entry[16];
  private int size;
  private long nextNumber;

  /** A task in the heap, or one that was. */
  static final class Entry {
    final Runnable task;
    private final long at;
    private final long number;
    private int place;

    private Entry(Runnable task, long at, long number, int place) {
      this.task = task;
      this.at = at;
      this.number = number;
      this.place = place;
    }

    private boolean isBefore(Entry other) {
      return at == other.at ? number < other.number : at - other.at < 0;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** When the first task is due; not to be asked of an empty heap. */
  long next() {
    return at(0).at;
  }

  /** Adds a task that is due at a time of {@link System#nanoTime}'s kind. */
  Entry add(long at, Runnable task) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    var entry = new Entry(task, at, nextNumber++, size);
    heap[size] = entry;
    rise(size++);
    return entry;
  }

  /** Takes an entry out; does nothing when it is not in any more. */
  void remove(Entry entry) {
    int hole = entry.place;
    if (hole == OUT) {
      return;
    }
    entry.place = OUT;
    Entry last = at(--size);
    heap[size] = null;
    if (last != entry) {
      put(hole, last);
      sink(hole);
      rise(last.place);
    }
  }

  /** Takes out the first task that is due by then; null when there is none. */
  @Nullable Runnable takeDue(long now) {
    if (size == 0 || next() - now > 0) {
      return null;
    }
    Entry first = at(0);
    remove(first);
    return first.task;
  }

  private void rise(int from) {
    Entry entry = at(from);
    int place = from;
    while (place > 0 && entry.isBefore(at((place - 1) / 2))) {
      put(place, at((place - 1) / 2));
      place = (place - 1) / 2;
    }
    put(place, entry);
  }

  private void sink(int from) {
    Entry entry = at(from);
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && at(child + 1).isBefore(at(child))) {
        child++;
      }
      if (!at(child).isBefore(entry)) {
        break;
      }
      put(place, at(child));
      place = child;
    }
    put(place, entry);
  }

  private void put(int place, Entry entry) {
    heap[place] = entry;
    entry.place = place;
  }

  private Entry at(int place) {
    Entry entry = heap[place];
    if (entry == null) {
      throw new IllegalStateException("no entry at " + place + " of " + size);
    }
    return entry;
  }
}
