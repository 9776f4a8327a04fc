package io.margay.bgp.table;

import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefixes of a table in order, for walks that stop and go on. A table has no order: the next
 * thousands are picked out of all in one pass, and stay known until the table changes
 * (docs/decisions/0240).
 */
public final class PrefixWalk {
  /** Prefixes that a pass picks. */
  private static final int PICKED = 4096;

  private final PrefixTable table;

  /** Rows in order, the first {@code picked} of them; behind them is room to pick in. */
  private int[] rows = new int[0];

  private int picked;

  /** Where the pass began, and the state of the table that it saw. */
  private Prefix first = Prefix.ALL_IPV4;

  private long changes = -1;
  private boolean reachesEnd;

  public PrefixWalk(PrefixTable table) {
    this.table = table;
  }

  /** Up to {@code limit} prefixes from this one on, which need not be there itself. */
  public List<Prefix> from(Prefix prefix, int limit) {
    var out = new ArrayList<Prefix>(limit);
    int place = isPicked(prefix) ? placeOf(prefix) : pick(prefix);
    while (out.size() < limit) {
      if (place == picked) {
        if (reachesEnd) {
          break;
        }
        // The last one again: its successor has no name.
        pick(table.prefix(rows[picked - 1]));
        place = 1;
        continue;
      }
      out.add(table.prefix(rows[place++]));
    }
    return out;
  }

  private boolean isPicked(Prefix prefix) {
    return changes == table.changes()
        && prefix.compareTo(first) >= 0
        && (reachesEnd || (picked > 0 && prefix.compareTo(table.prefix(rows[picked - 1])) <= 0));
  }

  /** Place of the first row that is not before the prefix. */
  private int placeOf(Prefix prefix) {
    int low = 0;
    int high = picked;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (table.prefix(rows[middle]).compareTo(prefix) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int pick(Prefix from) {
    rows = rows.length == 0 ? new int[2 * PICKED] : rows;
    first = from;
    changes = table.changes();
    picked = 0;
    reachesEnd = true;
    int bound = PrefixTable.NONE;
    for (int row = 0; row < table.rows(); row++) {
      boolean isNear = bound == PrefixTable.NONE || table.compare(row, bound) < 0;
      if (table.isUsed(row) && isNear && table.compare(row, from) >= 0) {
        rows[picked++] = row;
        if (picked == rows.length) {
          bound = keepNearest();
        }
      }
    }
    if (picked > PICKED) {
      keepNearest();
    } else {
      IntArrays.quickSort(rows, 0, picked, table::compare);
    }
    return 0;
  }

  /** Drops all but the first so many; the last one that is kept bounds what else may be. */
  private int keepNearest() {
    IntArrays.quickSort(rows, 0, picked, table::compare);
    picked = PICKED;
    reachesEnd = false;
    return rows[picked - 1];
  }
}
