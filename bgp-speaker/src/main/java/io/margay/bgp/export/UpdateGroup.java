package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.table.PrefixTable;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.ByteBufAllocator;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Peers that are told the same: what changes is judged and written once, into a log of chunks that
 * all members send. A member that cannot follow the log, or comes when something was told already,
 * is told alone what it does not know, the newest only, until it can follow (D6). Owned by the
 * RIB's thread.
 */
public final class UpdateGroup {
  /** Rows that are judged and written in one go: some milliseconds of work. */
  private static final int CHUNK_ROWS = 8192;

  private final LocRib rib;
  private final GroupRules rules;
  private final ByteBufAllocator allocator;
  private final GroupExport export;
  private final Audience audience;
  private final ChunkWriter writer;
  private final GroupRows ip4;
  private final GroupRows ip6;
  private final GroupLog log = new GroupLog();

  // Routes that are not for a member, by its place: counted when somebody asks, for all at once.
  private final Int2IntOpenHashMap hidden = new Int2IntOpenHashMap();
  private long hiddenAt = -1;
  private long changes;

  private final long mostWaiting;

  /**
   * A group without members, which was told nothing yet.
   *
   * @param mostWaiting bytes that wait for slow members; one who needs more is told alone later
   */
  UpdateGroup(LocRib rib, GroupRules rules, ByteBufAllocator allocator, long mostWaiting) {
    this.mostWaiting = mostWaiting;
    this.rib = rib;
    this.rules = rules;
    this.allocator = allocator;
    this.export = new GroupExport(rib, rules.peer());
    this.audience = new Audience(rib);
    this.writer = new ChunkWriter(export, audience, rules.format(), allocator);
    this.ip4 = new GroupRows(rib, rules, Family.IPV4);
    this.ip6 = new GroupRows(rib, rules, Family.IPV6);
    rules.peer().families().forEach(family -> rows(family).markChosen());
  }

  /** A group without members that was told the same as this one, by other rules from now on. */
  UpdateGroup with(GroupRules other) {
    var group = new UpdateGroup(rib, other, allocator, mostWaiting);
    boolean alike = rules.peer().rewritesLike(other.peer());
    group.ip4.markTold(ip4, alike);
    group.ip6.markTold(ip6, alike);
    return group;
  }

  GroupRules rules() {
    return rules;
  }

  /** True when a member like that cannot be told from another one. */
  public boolean hasLike(GroupMember member) {
    return audience.hasLike(member);
  }

  public boolean isEmpty() {
    return audience.isEmpty();
  }

  /** Another route was chosen for the row. */
  public void mark(RouteRows rows, int row) {
    rows(rows.family()).mark(row);
  }

  /** Other paths lead to the row, though the same one was chosen. */
  public void markPaths(RouteRows rows, int row) {
    rows(rows.family()).markPaths(row);
  }

  /** A peer that was told nothing yet: it gets all. */
  public void join(GroupMember member) {
    changes++;
    audience.add(member);
    member.next = log.head();
    ip4.begin(member);
    ip6.begin(member);
    member.lagging = member.isBehind();
  }

  /** A member of another group: it gets what differs between what the two were told. */
  void takeOver(GroupMember member, UpdateGroup from) {
    from.lag(member);
    from.audience.remove(member);
    from.dropSent();
    from.changes++;
    audience.add(member);
    changes++;
    boolean alike = rules.peer().rewritesLike(from.rules.peer());
    ip4.takeOver(member, audience, from.ip4, alike);
    ip6.takeOver(member, audience, from.ip6, alike);
    member.lagging = member.isBehind();
    member.next = log.head();
  }

  /** True when members get several paths to a prefix of the family (RFC 7911). */
  public boolean hasSeveral(Family family) {
    return rules.hasSeveral(family);
  }

  /**
   * What a member was told of a prefix, or will be with what is on its way, by path identifiers; 0
   * where it gets one path.
   */
  public Map<Integer, Attributes> told(GroupMember member, Prefix prefix) {
    int row = rib.row(prefix);
    return row == PrefixTable.NONE
        ? Map.of()
        : rows(prefix.family()).told(row, member, audience, export);
  }

  /** The member's session is over. */
  public void leave(GroupMember member) {
    changes++;
    audience.remove(member);
    member.clear();
    dropSent();
  }

  /** Nobody is a member any more; the group is of no use from now on. */
  public void close() {
    log.dropBefore(log.head());
    ip4.clear();
    ip6.clear();
  }

  /** Behind all that is to be said now the families' End-of-RIB is due (RFC 4724, 2). */
  public void endOfRibAfterwards(GroupMember member, Collection<Family> families) {
    member.endOfRib.addAll(families);
  }

  /** Behind all that is to be said now the end of the family's refresh is due (RFC 7313, 4). */
  public void endOfRefreshAfterwards(GroupMember member, Family family) {
    member.endOfRefresh.add(family);
  }

  /** True when the member was sent all that was chosen so far, and all that it was promised. */
  public boolean knowsAll(GroupMember member) {
    return isUpToDate(member) && member.endOfRib.isEmpty() && member.endOfRefresh.isEmpty();
  }

  private boolean isUpToDate(GroupMember member) {
    return !member.lagging && member.next == log.head() && !hasMarked();
  }

  /** The member wants all of a family again (RFC 2918, 4). */
  public void sendAgain(GroupMember member, Family family) {
    lag(member);
    rows(family).fallBehindWithAll(member);
  }

  /** How many routes a member knows, once it got all that is on its way. */
  public int size(GroupMember member) {
    if (hiddenAt != changes) {
      hidden.clear();
      ip4.countHidden(audience, hidden);
      ip6.countHidden(audience, hidden);
      hiddenAt = changes;
    }
    return ip4.size() + ip6.size() - hidden.get(member.place);
  }

  /** True while some member has yet to take what was written. */
  boolean isWaiting() {
    return !log.isEmpty();
  }

  /** True while a row must keep its prefix for what is yet to be said. */
  public boolean holds(RouteRows rows, int row) {
    if (isWaiting() || rows(rows.family()).holds(row)) {
      return true;
    }
    for (GroupMember member : audience.members()) {
      if (member.backlog(rows.family()).contains(row)) {
        return true;
      }
    }
    return false;
  }

  /** True while that may be so for some row of the family. */
  boolean holdsAny(Family family) {
    if (isWaiting() || rows(family).holdsAny()) {
      return true;
    }
    for (GroupMember member : audience.members()) {
      if (!member.backlog(family).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Judges, writes and sends as far as there is room; true when there is more to do at once. */
  public boolean flush() {
    pump();
    boolean more = false;
    if (hasMarked() && somebodyWaits()) {
      judge();
      pump();
      more = hasMarked() && somebodyWaits();
    }
    for (GroupMember member : audience.members()) {
      more |= catchUp(member);
    }
    ip4.trim();
    ip6.trim();
    return more;
  }

  /** Bytes that what was told needs. */
  long needed() {
    return ip4.needed() + ip6.needed();
  }

  /** Bytes that are held for what was told. */
  long bytes() {
    return ip4.bytes() + ip6.bytes();
  }

  private boolean hasMarked() {
    return ip4.hasMarked() || ip6.hasMarked();
  }

  /** True when a chunk would be sent at once, or nobody is there to send it to. */
  private boolean somebodyWaits() {
    boolean follows = false;
    for (GroupMember member : audience.members()) {
      if (!member.lagging) {
        follows = true;
        if (member.next == log.head() && member.sink.hasRoom()) {
          return true;
        }
      }
    }
    return !follows;
  }

  private void judge() {
    ip4.judge(export, CHUNK_ROWS);
    ip6.judge(export, CHUNK_ROWS - ip4.changes().size());
    if (ip4.changes().size() + ip6.changes().size() == 0) {
      return;
    }
    ChunkRows said4 = ip4.changes().said(audience);
    ChunkRows said6 = ip6.changes().said(audience);
    boolean follows = false;
    for (GroupMember member : audience.members()) {
      if (member.lagging) {
        ip4.fallBehind(member, said4);
        ip6.fallBehind(member, said6);
      }
      follows |= !member.lagging;
    }
    if (follows) {
      append(writer.write(ip4.changes(), ip6.changes(), said4, said6));
    }
    ip4.tell();
    ip6.tell();
    changes++;
  }

  private void append(Chunk chunk) {
    log.add(chunk);
    while (log.bytes() > mostWaiting && log.head() - log.first() > 1) {
      for (GroupMember member : audience.members()) {
        if (!member.lagging && member.next == log.first()) {
          lag(member);
        }
      }
      log.dropBefore(log.first() + 1);
    }
  }

  /** The member follows the log no longer: what it has not got of it, it does not know. */
  private void lag(GroupMember member) {
    if (!member.lagging) {
      member.lagging = true;
      for (long number = member.next; number < log.head(); number++) {
        Chunk chunk = log.get(number);
        chunk.ip4().missed(member.place, member.backlog(Family.IPV4));
        chunk.ip6().missed(member.place, member.backlog(Family.IPV6));
      }
    }
  }

  private void pump() {
    for (GroupMember member : audience.members()) {
      while (!member.lagging && member.next < log.head() && member.sink.hasRoom()) {
        send(member, log.get(member.next++));
      }
    }
    dropSent();
  }

  private static void send(GroupMember member, Chunk chunk) {
    Message message = chunk.messageFor(member.place);
    if (message.messages() > 0) {
      member.sink.send(message);
    } else {
      message.bytes().release();
    }
  }

  private void dropSent() {
    long least = log.head();
    for (GroupMember member : audience.members()) {
      if (!member.lagging) {
        least = Math.min(least, member.next);
      }
    }
    log.dropBefore(least);
  }

  /** Tells a member alone what it does not know; true when there is more to do at once. */
  private boolean catchUp(GroupMember member) {
    if (member.lagging && member.sink.hasRoom()) {
      boolean all = ip4.collect(member, audience, CHUNK_ROWS);
      all &= ip6.collect(member, audience, CHUNK_ROWS - ip4.changes().size());
      if (ip4.changes().size() + ip6.changes().size() > 0) {
        member.sink.send(writer.writeAlone(ip4.changes(), ip6.changes()));
      }
      if (!member.isBehind()) {
        member.lagging = false;
        member.next = log.head();
      } else if (!all) {
        return true;
      }
    }
    tellEnds(member);
    return false;
  }

  private void tellEnds(GroupMember member) {
    if (isUpToDate(member)) {
      List.copyOf(member.endOfRefresh).forEach(member.sink::endOfRefresh);
      member.endOfRefresh.clear();
      List.copyOf(member.endOfRib).forEach(member.sink::endOfRib);
      member.endOfRib.clear();
    }
  }

  private GroupRows rows(Family family) {
    return family == Family.IPV4 ? ip4 : ip6;
  }
}
