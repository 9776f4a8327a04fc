package io.margay.bgp.export;

import io.margay.bgp.table.RowSet;
import it.unimi.dsi.fastutil.longs.LongIterator;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/**
 * What a member does not know of one family: rows of which it does not know the newest. Where it
 * gets several paths, it does not do to say what is told of a row now, as each path that it knows
 * has to be withdrawn by its identifier: so it is also held which paths it knows, by what sets them
 * apart from those that are told. Owned by the RIB's thread.
 */
final class Backlog {
  private final RowSet behind = new RowSet();

  /** Of these, rows of which it was never told anything. */
  private final RowSet never = new RowSet();

  /** Row and path identifier of what it knows, though it is told no more; of rows behind. */
  private final LongOpenHashSet gone = new LongOpenHashSet();

  /** The same of what is told, though it does not know it; but for rows never told of. */
  private final LongOpenHashSet fresh = new LongOpenHashSet();

  /** Takes back what it knows of a path. */
  interface Withdrawal {
    /** False for a path of which nothing can be said now. */
    boolean withdraw(int row, int id);
  }

  boolean isEmpty() {
    return behind.isEmpty();
  }

  boolean contains(int row) {
    return behind.contains(row);
  }

  /** The first row from this one on; -1 when there is none. */
  int next(int from) {
    return behind.next(from);
  }

  /** The newest of the row is something else than it knows. */
  void add(int row) {
    behind.add(row);
  }

  /** The same; if it knew all of the row, that was nothing. */
  void addNew(int row) {
    if (behind.add(row)) {
      never.add(row);
    }
  }

  /** The same of up to 64 rows; see {@link RowSet#addAll}. */
  void addAll(int first, long bits) {
    behind.addAll(first, bits);
  }

  /** See {@link #addNew}. */
  void addAllNew(int first, long bits) {
    never.addAll(first, behind.addAll(first, bits));
  }

  /** It is told of the row now; gives back whether that is the first time. */
  boolean remove(int row) {
    behind.remove(row);
    return never.remove(row);
  }

  /** From now on a path of a row behind is for it, or is no longer, as it cannot know yet. */
  void turned(int row, int id, boolean isFor) {
    if (never.contains(row)) {
      return;
    }
    long path = path(row, id);
    if (isFor && !gone.remove(path)) {
      fresh.add(path);
    } else if (!isFor && !fresh.remove(path)) {
      gone.add(path);
    }
  }

  /** It is told of the path now. */
  void knows(int row, int id) {
    fresh.remove(path(row, id));
  }

  /** Withdraws what it should not know any more; false when there is more than so many. */
  boolean withdraw(int most, Withdrawal how) {
    LongIterator paths = gone.iterator();
    int left = most;
    while (paths.hasNext()) {
      if (left == 0) {
        return false;
      }
      long path = paths.nextLong();
      if (how.withdraw((int) (path >>> 32), (int) path)) {
        paths.remove();
        left--;
      }
    }
    if (gone.isEmpty()) {
      gone.trim();
    }
    return true;
  }

  void clear() {
    behind.clear();
    never.clear();
    gone.clear();
    fresh.clear();
  }

  private static long path(int row, int id) {
    return (long) row << 32 | (id & 0xffffffffL);
  }
}
