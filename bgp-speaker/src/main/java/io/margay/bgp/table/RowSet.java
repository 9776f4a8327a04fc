package io.margay.bgp.table;

import java.util.Arrays;

/** Rows as bits, in pages of 4 KiB; what is full of zeros needs none. */
public final class RowSet {
  private static final int BITS = 15;
  private static final int WORDS = 1 << (BITS - 6);
  private static final long[] EMPTY = new long[WORDS];

  private long[][] pages = new long[0][];
  private int size;

  /** Adds a row; false when it was there. */
  public boolean add(int row) {
    long[] words = page(row);
    int word = row >>> 6 & (WORDS - 1);
    long bit = 1L << row;
    if ((words[word] & bit) != 0) {
      return false;
    }
    words[word] |= bit;
    size++;
    return true;
  }

  /**
   * Adds up to 64 rows at once; gives back those that were not there.
   *
   * @param first a multiple of 64
   * @param bits the lowest one is for the first row
   */
  public long addAll(int first, long bits) {
    if (bits == 0) {
      return 0;
    }
    long[] words = page(first);
    int word = first >>> 6 & (WORDS - 1);
    long fresh = bits & ~words[word];
    size += Long.bitCount(fresh);
    words[word] |= bits;
    return fresh;
  }

  private long[] page(int row) {
    int page = row >>> BITS;
    if (page >= pages.length) {
      int from = pages.length;
      pages = Arrays.copyOf(pages, page + 1);
      Arrays.fill(pages, from, pages.length, EMPTY);
    }
    if (isEmpty(pages[page])) {
      pages[page] = new long[WORDS];
    }
    return pages[page];
  }

  /** Takes out a row; false when it was not there. */
  public boolean remove(int row) {
    if (!contains(row)) {
      return false;
    }
    pages[row >>> BITS][row >>> 6 & (WORDS - 1)] &= ~(1L << row);
    size--;
    return true;
  }

  public boolean contains(int row) {
    int page = row >>> BITS;
    return page < pages.length && (pages[page][row >>> 6 & (WORDS - 1)] & 1L << row) != 0;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** The first row from this one on; -1 when there is none. */
  public int next(int from) {
    int row = from;
    while (row >>> BITS < pages.length) {
      long[] words = pages[row >>> BITS];
      if (isEmpty(words)) {
        row = ((row >>> BITS) + 1) << BITS;
        continue;
      }
      long left = words[row >>> 6 & (WORDS - 1)] & -1L << row;
      if (left != 0) {
        return (row & ~63) + Long.numberOfTrailingZeros(left);
      }
      row = (row | 63) + 1;
    }
    return PrefixTable.NONE;
  }

  /** Bytes that are held. */
  public long bytes() {
    long bytes = 0;
    for (long[] words : pages) {
      bytes += isEmpty(words) ? 0 : (long) Long.BYTES * WORDS;
    }
    return bytes;
  }

  public void clear() {
    pages = new long[0][];
    size = 0;
  }

  @SuppressWarnings("ReferenceEquality") // it is the one that all unused places share
  private static boolean isEmpty(long[] words) {
    return words == EMPTY;
  }
}
