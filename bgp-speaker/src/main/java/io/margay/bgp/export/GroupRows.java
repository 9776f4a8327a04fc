package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.table.RowSet;
import io.margay.bgp.wire.AttributeBlock;
import io.margay.foundation.addr.Family;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * One family of a group: what it was told of each row, the rows for which that may be out of date,
 * and what was judged of them last. Owned by the RIB's thread.
 */
final class GroupRows {
  private final LocRib rib;
  private final RouteRows rows;
  private final boolean several;
  private final int most;
  private final Told told;
  private final RowSet marked = new RowSet();
  private final GroupChanges changes;

  // What is to be told of the row that is looked at, where several paths are.
  private final IntArrayList ids = new IntArrayList();
  private final IntArrayList offers = new IntArrayList();

  /** Takes rows by 64; see {@link RowSet#addAll}. */
  private interface Words {
    void add(int first, long bits);
  }

  GroupRows(LocRib rib, GroupRules rules, Family family) {
    this.rib = rib;
    this.rows = rib.rows(family);
    this.several = rules.hasSeveral(family);
    this.most = rules.most();
    this.told = several ? new ToldPaths(rib.offers()) : new ToldTable(rib.offers());
    this.changes = new GroupChanges(rows, several);
  }

  Family family() {
    return rows.family();
  }

  /** Paths that it was told. */
  int size() {
    return told.size();
  }

  /** What was judged, or collected, last. */
  GroupChanges changes() {
    return changes;
  }

  /** What a member was told of a row, as it went out, by path identifiers. */
  Map<Integer, Attributes> told(
      int row, GroupMember member, Audience audience, GroupExport export) {
    var out = new TreeMap<Integer, Attributes>(Integer::compareUnsigned);
    for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
      int offer = told.offer(place);
      int length = audience.isExcepted(offer, member) ? 0 : export.rewrite(offer, family());
      if (length > 0) {
        out.put(told.id(place), AttributeBlock.decode(export.rewritten(), 0, length));
      }
    }
    return out;
  }

  void mark(int row) {
    marked.add(row);
  }

  /** Other paths lead there, though the best one is as it was. */
  void markPaths(int row) {
    if (several) {
      marked.add(row);
    }
  }

  /** All for which something is chosen. */
  void markChosen() {
    addAll(marked::addAll, rows.rows(), row -> rows.chosen(row) != OfferTable.NONE);
  }

  /**
   * Everything that the rows of another group were told of; {@code copy}: as if it were of this.
   */
  void markTold(GroupRows other, boolean copy) {
    if (copy) {
      copy(other.told);
    }
    other.addTold(marked::addAll);
  }

  boolean hasMarked() {
    return !marked.isEmpty();
  }

  /** True while a row must keep its prefix, whatever members need. */
  boolean holds(int row) {
    return told.has(row) || marked.contains(row);
  }

  boolean holdsAny() {
    return told.size() > 0 || !marked.isEmpty();
  }

  /** Looks at so many marked rows; where another thing is to be told, that is a change. */
  void judge(GroupExport export, int limit) {
    changes.clear();
    int row = marked.next(0);
    for (int i = 0; i < limit && row != PrefixTable.NONE; i++) {
      marked.remove(row);
      if (several) {
        judgePaths(export, row);
      } else {
        judged(row, 0, export.offer(rows, row));
      }
      row = marked.next(row + 1);
    }
  }

  private void judgePaths(GroupExport export, int row) {
    ids.clear();
    offers.clear();
    export.offers(rows, row, most, ids, offers);
    for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
      if (!ids.contains(told.id(place))) {
        changes.add(row, told.id(place), told.offer(place), OfferTable.NONE);
      }
    }
    for (int i = 0; i < ids.size(); i++) {
      judged(row, ids.getInt(i), offers.getInt(i));
    }
  }

  private void judged(int row, int id, int after) {
    int before = told.find(row, id);
    if (before != after) {
      changes.add(row, id, before, after);
    } else if (after != OfferTable.NONE) {
      rib.offers().release(after);
    }
  }

  /** The changes count as told. */
  void tell() {
    for (int i = 0; i < changes.size(); i++) {
      told.set(changes.row(i), changes.id(i), changes.after(i));
    }
  }

  /** The member does not hear of the changes, which are not told yet. */
  void fallBehind(GroupMember member, ChunkRows said) {
    Backlog backlog = member.backlog(family());
    for (int i = 0; i < changes.size(); i++) {
      if (told.has(changes.row(i))) {
        backlog.add(changes.row(i));
      } else {
        backlog.addNew(changes.row(i));
      }
    }
    said.turn(member.place, backlog);
  }

  /** All is to be told to the member, which was told it before. */
  void fallBehindWithAll(GroupMember member) {
    addTold(member.backlog(family())::addAll);
  }

  /** All is to be told to the member, for the first time. */
  void begin(GroupMember member) {
    addTold(member.backlog(family())::addAllNew);
  }

  /** The member was told what the other rows say; {@code alike}: in the same bytes. */
  void takeOver(GroupMember member, Audience audience, GroupRows from, boolean alike) {
    Backlog backlog = member.backlog(family());
    for (int row = 0; row < Math.max(told.end(), from.told.end()); row++) {
      boolean same = alike && isSame(row, from);
      if (!same && (told.has(row) || from.told.has(row))) {
        backlog.add(row);
      }
      if (!same && several) {
        turn(row, member, audience, from);
      }
    }
  }

  /** True when the same offers were told of the row. */
  private boolean isSame(int row, GroupRows from) {
    int left = 0;
    for (int place = from.told.first(row); place != Told.NONE; place = from.told.next(place)) {
      left++;
    }
    for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
      if (from.told.find(row, told.id(place)) != told.offer(place)) {
        return false;
      }
      left--;
    }
    return left == 0;
  }

  private void turn(int row, GroupMember member, Audience audience, GroupRows from) {
    Backlog backlog = member.backlog(family());
    for (int place = from.told.first(row); place != Told.NONE; place = from.told.next(place)) {
      int id = from.told.id(place);
      boolean isFor = isFor(told.find(row, id), member, audience);
      if (isFor != isFor(from.told.offer(place), member, audience)) {
        backlog.turned(row, id, isFor);
      }
    }
    for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
      boolean fresh = from.told.find(row, told.id(place)) == OfferTable.NONE;
      if (fresh && isFor(told.offer(place), member, audience)) {
        backlog.turned(row, told.id(place), true);
      }
    }
  }

  private static boolean isFor(int offer, GroupMember member, Audience audience) {
    return offer != OfferTable.NONE && !audience.isExcepted(offer, member);
  }

  /**
   * Makes changes of what the member does not know.
   *
   * @return false when there are more than so many that could be told now
   */
  boolean collect(GroupMember member, Audience audience, int limit) {
    changes.clear();
    Backlog backlog = member.backlog(family());
    if (!backlog.withdraw(limit, this::collectGone)) {
      return false;
    }
    int row = backlog.next(0);
    while (row != PrefixTable.NONE && changes.size() < limit) {
      // What is marked is told of when it was judged: a withdrawal now would be one too many.
      if (!marked.contains(row)) {
        boolean never = backlog.remove(row);
        boolean tells = collect(row, member, audience);
        if (!tells && !never && !several) {
          changes.add(row, 0, OfferTable.NONE, OfferTable.NONE);
        }
      }
      row = backlog.next(row + 1);
    }
    return row == PrefixTable.NONE;
  }

  private boolean collectGone(int row, int id) {
    if (marked.contains(row)) {
      return false;
    }
    changes.add(row, id, OfferTable.NONE, OfferTable.NONE);
    return true;
  }

  /** Adds what is told of a row; false when that is nothing. */
  private boolean collect(int row, GroupMember member, Audience audience) {
    boolean tells = false;
    for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
      int offer = told.offer(place);
      if (!audience.isExcepted(offer, member)) {
        changes.add(row, told.id(place), OfferTable.NONE, offer);
        member.backlog(family()).knows(row, told.id(place));
        tells = true;
      }
    }
    return tells;
  }

  /** Adds for each member, by its place, the routes that are not for it. */
  void countHidden(Audience audience, Int2IntOpenHashMap hidden) {
    int before = OfferTable.NONE;
    long exceptions = 0;
    for (int row = 0; row < told.end(); row++) {
      for (int place = told.first(row); place != Told.NONE; place = told.next(place)) {
        int offer = told.offer(place);
        // What came in one message stands together, and is one offer.
        exceptions = offer == before ? exceptions : audience.exceptions(offer);
        before = offer;
        hidden.addTo(Audience.first(exceptions), 1);
        if (Audience.second(exceptions) != Audience.first(exceptions)) {
          hidden.addTo(Audience.second(exceptions), 1);
        }
      }
    }
  }

  /** Gives back room for rows that are no more. */
  void trim() {
    told.trim(rows.rows());
  }

  /** Bytes that what was told needs. */
  long needed() {
    return told.needed();
  }

  /** Bytes that are held. */
  long bytes() {
    return told.bytes() + marked.bytes();
  }

  /** Nobody is told anything any more. */
  void clear() {
    told.clear();
    marked.clear();
  }

  private void copy(Told other) {
    for (int row = 0; row < other.end(); row++) {
      for (int place = other.first(row); place != Told.NONE; place = other.next(place)) {
        rib.offers().retain(other.offer(place));
        told.set(row, other.id(place), other.offer(place));
      }
    }
  }

  private void addTold(Words set) {
    addAll(set, told.end(), row -> told.has(row));
  }

  /** In words of 64 rows: all rows of a table are looked at in one go here. */
  private static void addAll(Words set, int end, IntPredicate isWanted) {
    for (int first = 0; first < end; first += Long.SIZE) {
      long bits = 0;
      for (int row = first; row < Math.min(first + Long.SIZE, end); row++) {
        bits |= isWanted.test(row) ? 1L << row : 0;
      }
      set.add(first, bits);
    }
  }
}
