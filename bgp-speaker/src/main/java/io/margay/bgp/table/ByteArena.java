package io.margay.bgp.table;

import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;

/**
 * Runs of bytes, one behind the other in pages of 128 KiB, each named by where it begins. A page of
 * which nothing is left is written anew: as runs mostly go in the order in which they came, a table
 * that is replaced by another one needs no new pages. Owned by one thread.
 */
final class ByteArena {
  /** Longest run. */
  static final int MOST_BYTES = 1 << 16;

  private static final int PAGE_BITS = 17;
  private static final int PAGE = 1 << PAGE_BITS;

  /** Bytes that may be nobody's, besides as many as are somebody's. */
  private static final int MOST_DEAD = 1 << 20;

  private static final int NONE = -1;
  private static final byte[] NO_PAGE = new byte[0];

  private byte[][] pages = new byte[0][];

  /** How many runs each page has. */
  private int[] runs = new int[0];

  /** Numbers of pages that are there and nobody's, and of those that are not there any more. */
  private final IntArrayList spare = new IntArrayList();

  private final IntArrayList gone = new IntArrayList();

  /** The page that is written to, and where. */
  private int current = NONE;

  private int end;
  private long living;

  /** Where a copy of these bytes is from now on. */
  int add(byte[] bytes, int from, int length) {
    if (length > MOST_BYTES) {
      throw new IllegalArgumentException(length + " bytes in one run");
    }
    if (current == NONE || end + length > PAGE) {
      turn();
    }
    int start = current << PAGE_BITS | end;
    System.arraycopy(bytes, from, pages[current], end, length);
    end += length;
    runs[current]++;
    living += length;
    return start;
  }

  /** The run is nobody's from now on. */
  void remove(int start, int length) {
    int number = start >>> PAGE_BITS;
    living -= length;
    if (--runs[number] == 0 && number != current) {
      spare.push(number);
    }
    while (!spare.isEmpty() && isTooMuch(bytes())) {
      int dropped = spare.popInt();
      pages[dropped] = NO_PAGE;
      gone.push(dropped);
    }
  }

  /** The array that a run is in, until it is removed. */
  byte[] page(int start) {
    return pages[start >>> PAGE_BITS];
  }

  /** Where in its array a run begins. */
  int from(int start) {
    return start & (PAGE - 1);
  }

  /** True when so little of the pages is somebody's that what is should be moved together. */
  boolean isSparse() {
    return isTooMuch(bytes() - (long) PAGE * spare.size());
  }

  /** Bytes of all runs. */
  long living() {
    return living;
  }

  /** Bytes of all pages. */
  long bytes() {
    return (long) PAGE * (pages.length - gone.size());
  }

  private boolean isTooMuch(long room) {
    return room - living > living + MOST_DEAD;
  }

  /** Goes on to a page with nothing in it. */
  private void turn() {
    end = 0;
    if (current != NONE && runs[current] == 0) {
      return;
    }
    if (!spare.isEmpty()) {
      current = spare.popInt();
      return;
    }
    if (gone.isEmpty()) {
      current = pages.length;
      pages = Arrays.copyOf(pages, current + 1);
      runs = Arrays.copyOf(runs, current + 1);
    } else {
      current = gone.popInt();
    }
    pages[current] = new byte[PAGE];
  }
}
