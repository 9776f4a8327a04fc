package io.margay.bgp.export;

import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.table.RowSet;
import io.margay.foundation.addr.Family;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;

/**
 * One family of a group: what it was told of each row, the rows for which that may be out of date,
 * and what was judged of them last. Owned by the RIB's thread.
 */
final class GroupRows {
  private final LocRib rib;
  private final RouteRows rows;
  private final ToldTable told;
  private final RowSet marked = new RowSet();
  private final GroupChanges changes;

  GroupRows(LocRib rib, Family family) {
    this.rib = rib;
    this.rows = rib.rows(family);
    this.told = new ToldTable(rib.offers());
    this.changes = new GroupChanges(rows);
  }

  Family family() {
    return rows.family();
  }

  /** What the group was told of a row, or {@link OfferTable#NONE}. */
  int told(int row) {
    return told.get(row);
  }

  /** Rows of which it was told something. */
  int size() {
    return told.size();
  }

  /** What was judged, or collected, last. */
  GroupChanges changes() {
    return changes;
  }

  void mark(int row) {
    marked.add(row);
  }

  /** All for which something is chosen. */
  void markChosen() {
    for (int row = 0; row < rows.rows(); row++) {
      if (rows.chosen(row) != OfferTable.NONE) {
        marked.add(row);
      }
    }
  }

  /**
   * Everything that the rows of another group were told of; {@code copy}: as if it were of this.
   */
  void markTold(GroupRows other, boolean copy) {
    if (copy) {
      told.copy(other.told);
    }
    other.addTold(marked);
  }

  boolean hasMarked() {
    return !marked.isEmpty();
  }

  /** True while a row must keep its prefix, whatever members need. */
  boolean holds(int row) {
    return told.get(row) != OfferTable.NONE || marked.contains(row);
  }

  /** Looks at so many marked rows; where another thing is to be told, that is a change. */
  void judge(GroupExport export, int limit) {
    changes.clear();
    int row = marked.next(0);
    for (int i = 0; i < limit && row != PrefixTable.NONE; i++) {
      marked.remove(row);
      int before = told.get(row);
      int after = export.offer(rows, row);
      if (before != after) {
        changes.add(row, before, after);
      } else if (after != OfferTable.NONE) {
        rib.offers().release(after);
      }
      row = marked.next(row + 1);
    }
  }

  /** The changes count as told. */
  void tell() {
    for (int i = 0; i < changes.size(); i++) {
      told.set(changes.row(i), changes.after(i));
    }
  }

  /** The changes are what the member does not know. */
  void fallBehind(GroupMember member) {
    for (int i = 0; i < changes.size(); i++) {
      boolean fresh = changes.before(i) == OfferTable.NONE;
      if (member.behind(family()).add(changes.row(i)) && fresh) {
        member.never(family()).add(changes.row(i));
      }
    }
  }

  /** All is to be told to the member, which was told it before. */
  void fallBehindWithAll(GroupMember member) {
    addTold(member.behind(family()));
  }

  /** All is to be told to the member, for the first time. */
  void begin(GroupMember member) {
    addTold(member.behind(family()));
    addTold(member.never(family()));
  }

  /** The member was told what the other rows say; {@code alike}: in the same bytes. */
  void takeOver(GroupMember member, GroupRows from, boolean alike) {
    for (int row = 0; row < Math.max(told.end(), from.told.end()); row++) {
      int before = from.told.get(row);
      int now = told.get(row);
      boolean nothing = before == OfferTable.NONE && now == OfferTable.NONE;
      if (!nothing && (!alike || before != now)) {
        member.behind(family()).add(row);
      }
    }
  }

  /**
   * Makes changes of what the member does not know.
   *
   * @return false when there are more than so many that could be told now
   */
  boolean collect(GroupMember member, Audience audience, int limit) {
    changes.clear();
    RowSet behind = member.behind(family());
    int row = behind.next(0);
    while (row != PrefixTable.NONE && changes.size() < limit) {
      // What is marked is told of when it was judged: a withdrawal now would be one too many.
      if (!marked.contains(row)) {
        behind.remove(row);
        boolean never = member.never(family()).remove(row);
        int offer = told.get(row);
        boolean tells = offer != OfferTable.NONE && !audience.isExcepted(offer, member);
        if (tells || !never) {
          changes.add(row, OfferTable.NONE, tells ? offer : OfferTable.NONE);
        }
      }
      row = behind.next(row + 1);
    }
    return row == PrefixTable.NONE;
  }

  /** Adds for each member, by its place, the routes that are not for it. */
  void countHidden(Audience audience, Int2IntOpenHashMap hidden) {
    for (int row = 0; row < told.end(); row++) {
      int offer = told.get(row);
      if (offer != OfferTable.NONE) {
        long exceptions = audience.exceptions(offer);
        hidden.addTo(Audience.first(exceptions), 1);
        if (Audience.second(exceptions) != Audience.first(exceptions)) {
          hidden.addTo(Audience.second(exceptions), 1);
        }
      }
    }
  }

  /** Nobody is told anything any more. */
  void clear() {
    told.clear();
    marked.clear();
  }

  private void addTold(RowSet set) {
    for (int row = 0; row < told.end(); row++) {
      if (told.get(row) != OfferTable.NONE) {
        set.add(row);
      }
    }
  }
}
