package io.margay.bgp.export;

import io.margay.bgp.rib.RouteRows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;

/** Rows of one family of which a group is told another thing than before. Used again and again. */
final class GroupChanges {
  final RouteRows rows;
  private final IntArrayList changed = new IntArrayList();
  private final IntArrayList before = new IntArrayList();
  private final IntArrayList after = new IntArrayList();

  GroupChanges(RouteRows rows) {
    this.rows = rows;
  }

  /** The row was told with one offer, and is with another; either may be none. */
  void add(int row, int offerBefore, int offerAfter) {
    changed.add(row);
    before.add(offerBefore);
    after.add(offerAfter);
  }

  int size() {
    return changed.size();
  }

  int row(int index) {
    return changed.getInt(index);
  }

  int before(int index) {
    return before.getInt(index);
  }

  int after(int index) {
    return after.getInt(index);
  }

  IntList allRows() {
    return new IntArrayList(changed);
  }

  void clear() {
    changed.clear();
    before.clear();
    after.clear();
  }
}
