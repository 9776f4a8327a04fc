package io.margay.bgp.table;

/**
 * Hands out ints, the lowest free one first: what is used stays together at the front, and tables
 * that are indexed by them end where the last one that is used does. Owned by one thread.
 */
public final class Places {
  private final int first;
  private final RowSet free = new RowSet();
  private int end;

  /** Nothing below is free. */
  private int lowest;

  /**
   * All are free.
   *
   * @param first the lowest one
   */
  public Places(int first) {
    this.first = first;
    clear();
  }

  /** The lowest one that is free. */
  public int take() {
    if (free.isEmpty()) {
      return end++;
    }
    int place = free.next(lowest);
    free.remove(place);
    lowest = place + 1;
    return place;
  }

  /** Gives one back; true when the end is a lower one now. */
  public boolean give(int place) {
    if (place < end - 1) {
      free.add(place);
      lowest = Math.min(lowest, place);
      return false;
    }
    end--;
    while (end > first && free.remove(end - 1)) {
      end--;
    }
    return true;
  }

  /** Above all that are used. */
  public int end() {
    return end;
  }

  /** All are free. */
  public void clear() {
    free.clear();
    end = first;
    lowest = first;
  }

  /** Bytes that are held for what is free. */
  public long bytes() {
    return free.bytes();
  }
}
