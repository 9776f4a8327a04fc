package io.margay.bgp.rib;

import io.margay.bgp.table.IntPages;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.table.PrefixWalk;
import io.margay.bgp.table.RowSet;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.function.LongSupplier;

/**
 * The routes of one family: for each prefix, by its row, the paths that lead there and the offer
 * that was chosen. Owned by the RIB's thread.
 */
public final class RouteRows {
  private final PrefixTable prefixes;
  private final IntPages firstPaths = new IntPages();

  /** Offer + 1, so that 0 is none. */
  private final IntPages chosen = new IntPages();

  /** Ids in the {@link WayTable}; room only up to the last row that has one. */
  private final IntPages ways = new IntPages();

  private final RowSet marked = new RowSet();

  /** Rows without paths that are still there: somebody has yet to tell of it. */
  private final RowSet lapsed = new RowSet();

  private final PrefixWalk walk;
  private int cursor;
  private int sweepFrom;

  RouteRows(Family family) {
    this.prefixes = new PrefixTable(family);
    this.walk = new PrefixWalk(prefixes);
  }

  /** See {@link PrefixTable#keys}. */
  void keys(LongSupplier secret) {
    prefixes.keys(secret);
  }

  public Family family() {
    return prefixes.family();
  }

  /** Above all rows. */
  public int rows() {
    return prefixes.rows();
  }

  public Prefix prefix(int row) {
    return prefixes.prefix(row);
  }

  /** See {@link PrefixTable}. */
  public long high(int row) {
    return prefixes.high(row);
  }

  /** See {@link PrefixTable}. */
  public long low(int row) {
    return prefixes.low(row);
  }

  public int length(int row) {
    return prefixes.length(row);
  }

  /** The offer that was chosen, or {@link OfferTable#NONE}. */
  public int chosen(int row) {
    return chosen.getOrZero(row) - 1;
  }

  /** Row of a prefix, or {@link PrefixTable#NONE}. */
  int find(Prefix prefix) {
    return prefixes.find(prefix);
  }

  int find(long high, long low, int length) {
    return prefixes.find(high, low, length);
  }

  /** See {@link PrefixTable#approach}. */
  int approach(long high, long low, int length) {
    return prefixes.approach(high, low, length);
  }

  int add(long high, long low, int length) {
    return roomFor(prefixes.add(high, low, length));
  }

  int add(Prefix prefix) {
    return roomFor(prefixes.add(prefix));
  }

  /** Prefixes to which there are paths, or were when they were looked at last. */
  int size() {
    return prefixes.size() - lapsed.size();
  }

  PrefixWalk walk() {
    return walk;
  }

  int firstPath(int row) {
    return firstPaths.getOrZero(row);
  }

  void firstPath(int row, int path) {
    firstPaths.set(row, path);
  }

  void choose(int row, int offer) {
    chosen.set(row, offer + 1);
  }

  /** Id of the ways, or {@link WayTable#NONE}. */
  int way(int row) {
    return ways.getOrZero(row);
  }

  void way(int row, int way) {
    ways.ensure(row + 1);
    ways.set(row, way);
  }

  /** Nobody asks for ways any more. */
  void dropWays(WayTable table) {
    for (int row = 0; row < Math.min(rows(), ways.capacity()); row++) {
      table.release(ways.get(row));
    }
    ways.clear();
  }

  /** Marks all rows for which something is chosen. */
  void markChosen() {
    for (int row = 0; row < rows(); row++) {
      if (chosen(row) != OfferTable.NONE) {
        mark(row);
      }
    }
  }

  void mark(int row) {
    marked.add(row);
  }

  boolean hasMarked() {
    return !marked.isEmpty();
  }

  /** Whether the row was marked; it is so no longer. */
  boolean unmark(int row) {
    boolean was = marked.contains(row);
    marked.remove(row);
    return was;
  }

  /** The next marked row, which is so no longer; going round, so that none waits for ever. */
  int takeMarked() {
    int row = marked.next(cursor);
    if (row < 0) {
      row = marked.next(0);
    }
    marked.remove(row);
    cursor = row + 1;
    return row;
  }

  /** The row has no paths any more; it goes when nobody needs it. */
  void lapse(int row) {
    lapsed.add(row);
  }

  RowSet lapsed() {
    return lapsed;
  }

  /** Takes away lapsed rows that nobody holds: see {@link LocRib#sweep}. */
  boolean sweep(int limit, RowHolder holder) {
    if (prefixes.size() == 0) {
      return false;
    }
    if (lapsed.size() == prefixes.size() && !holder.holdsAny(this)) {
      clear();
      return false;
    }
    int row = lapsed.next(sweepFrom);
    for (int i = 0; i < limit && row != PrefixTable.NONE; i++) {
      if (!holder.holds(this, row)) {
        lapsed.remove(row);
        prefixes.remove(row);
      }
      row = lapsed.next(row + 1);
    }
    sweepFrom = Math.max(0, row);
    if (prefixes.size() == 0) {
      clear();
    }
    firstPaths.trim(rows());
    chosen.trim(rows());
    ways.trim(rows());
    return row != PrefixTable.NONE;
  }

  private void clear() {
    prefixes.clear();
    firstPaths.clear();
    chosen.clear();
    ways.clear();
    marked.clear();
    lapsed.clear();
    sweepFrom = 0;
  }

  /** Bytes that the prefixes need that are there, without room that is free. */
  long needed() {
    return (family() == Family.IPV4 ? 26L : 38L) * prefixes.size();
  }

  /** Bytes that are held. */
  long bytes() {
    return prefixes.bytes()
        + firstPaths.bytes()
        + chosen.bytes()
        + ways.bytes()
        + marked.bytes()
        + lapsed.bytes();
  }

  private int roomFor(int row) {
    firstPaths.ensure(row + 1);
    chosen.ensure(row + 1);
    lapsed.remove(row);
    return row;
  }
}
