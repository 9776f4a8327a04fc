package io.margay.bgp.table;

import java.util.Arrays;

/**
 * Ints by index, in pages of 256 KiB, so that growth copies no more than the first page. An index
 * that was never set holds 0.
 */
public final class IntPages {
  private static final int BITS = 16;
  private static final int SIZE = 1 << BITS;
  private static final int MASK = SIZE - 1;
  private static final int SMALLEST = 64;

  private int[][] pages = new int[0][];
  private int capacity;

  /** Makes room for indexes below {@code size}. */
  public void ensure(int size) {
    if (size > capacity) {
      grow(size);
    }
  }

  // The first page grows by itself: most tables never have another one. Larger pages than that are
  // of no use, smaller ones cost a second miss of the cache at each access, for the array's length.
  private void grow(int size) {
    if (size <= SIZE) {
      int first = Math.max(SMALLEST, Integer.highestOneBit(size - 1) << 1);
      pages = new int[][] {capacity == 0 ? new int[first] : Arrays.copyOf(pages[0], first)};
      capacity = first;
      return;
    }
    int from = pages.length;
    pages = Arrays.copyOf(pages, (size + MASK) >>> BITS);
    for (int i = 0; i < pages.length; i++) {
      if (i >= from) {
        pages[i] = new int[SIZE];
      } else if (pages[i].length < SIZE) {
        pages[i] = Arrays.copyOf(pages[i], SIZE);
      }
    }
    capacity = pages.length << BITS;
  }

  /** The value at an index that there is room for. */
  public int get(int index) {
    return pages[index >>> BITS][index & MASK];
  }

  /** The value at any index; 0 where there is no room. */
  public int getOrZero(int index) {
    return index < capacity ? get(index) : 0;
  }

  public void set(int index, int value) {
    pages[index >>> BITS][index & MASK] = value;
  }

  /** Adds to the value, and gives back the sum. */
  public int add(int index, int change) {
    return pages[index >>> BITS][index & MASK] += change;
  }

  /** Indexes that there is room for. */
  public int capacity() {
    return capacity;
  }

  /** Gives pages back that indexes below {@code size} do not need; one of them may stay. */
  public void trim(int size) {
    int needed = (size + MASK) >>> BITS;
    if (needed == 0) {
      clear();
    } else if (needed + 1 < pages.length) {
      pages = Arrays.copyOf(pages, needed);
      capacity = needed << BITS;
    }
  }

  /** Bytes that are held. */
  public long bytes() {
    return 4L * capacity;
  }

  /** Gives all pages back. */
  public void clear() {
    pages = new int[0][];
    capacity = 0;
  }
}
