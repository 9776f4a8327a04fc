package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.RouteRows;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What a group is told otherwise than before, of one family: by rows, or by paths of rows where
 * several are told. Used again and again.
 */
final class GroupChanges {
  final RouteRows rows;
  private final boolean several;
  private final IntArrayList changed = new IntArrayList();
  private final IntArrayList ids = new IntArrayList();
  private final IntArrayList before = new IntArrayList();
  private final IntArrayList after = new IntArrayList();

  GroupChanges(RouteRows rows, boolean several) {
    this.rows = rows;
    this.several = several;
  }

  /** The path was told with one offer, and is with another; either may be none. */
  void add(int row, int id, int offerBefore, int offerAfter) {
    changed.add(row);
    ids.add(id);
    before.add(offerBefore);
    after.add(offerAfter);
  }

  int size() {
    return changed.size();
  }

  int row(int index) {
    return changed.getInt(index);
  }

  /** Path identifier; 0 where one path is told only. */
  int id(int index) {
    return ids.getInt(index);
  }

  int before(int index) {
    return before.getInt(index);
  }

  int after(int index) {
    return after.getInt(index);
  }

  /** For those that do not hear of the changes. */
  ChunkRows said(Audience audience) {
    var turned = new IntArrayList();
    var turnedIds = new IntArrayList();
    var then = new LongArrayList();
    var now = new LongArrayList();
    for (int i = 0; several && i < size(); i++) {
      long exceptBefore = whomNot(before(i), audience);
      long exceptAfter = whomNot(after(i), audience);
      if (exceptBefore != exceptAfter) {
        turned.add(row(i));
        turnedIds.add(id(i));
        then.add(exceptBefore);
        now.add(exceptAfter);
      }
    }
    return new ChunkRows(new IntArrayList(changed), turned, turnedIds, then, now);
  }

  private static long whomNot(int offer, Audience audience) {
    return offer == OfferTable.NONE ? Audience.EVERYBODY : audience.exceptions(offer);
  }

  void clear() {
    changed.clear();
    ids.clear();
    before.clear();
    after.clear();
  }
}
