package io.margay.bgp.table;

import java.util.Arrays;

/**
 * Longs by index, in pages of 512 KiB, so that growth copies no more than the first page. An index
 * that was never set holds 0.
 */
public final class LongPages {
  private static final int BITS = 16;
  private static final int SIZE = 1 << BITS;
  private static final int MASK = SIZE - 1;
  private static final int SMALLEST = 64;

  private long[][] pages = new long[0][];
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
      pages = new long[][] {capacity == 0 ? new long[first] : Arrays.copyOf(pages[0], first)};
      capacity = first;
      return;
    }
    int from = pages.length;
    pages = Arrays.copyOf(pages, (size + MASK) >>> BITS);
    for (int i = 0; i < pages.length; i++) {
      if (i >= from) {
        pages[i] = new long[SIZE];
      } else if (pages[i].length < SIZE) {
        pages[i] = Arrays.copyOf(pages[i], SIZE);
      }
    }
    capacity = pages.length << BITS;
  }

  /** The value at an index that there is room for. */
  public long get(int index) {
    return pages[index >>> BITS][index & MASK];
  }

  public void set(int index, long value) {
    pages[index >>> BITS][index & MASK] = value;
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
    return 8L * capacity;
  }

  /** Gives all pages back. */
  public void clear() {
    pages = new long[0][];
    capacity = 0;
  }
}
