package io.margay.bgp.export;

import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.rib.RowHolder;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** All groups of peers that are told the same. Owned by the RIB's thread. */
public final class UpdateGroups implements RowHolder {
  private final LocRib rib;
  private final ByteBufAllocator allocator;
  private final long mostWaiting;
  private final List<UpdateGroup> groups = new ArrayList<>();

  /**
   * No groups yet.
   *
   * @param mostWaiting bytes that each group holds for slow members
   */
  public UpdateGroups(LocRib rib, ByteBufAllocator allocator, long mostWaiting) {
    this.rib = rib;
    this.allocator = allocator;
    this.mostWaiting = mostWaiting;
  }

  /** The group of a peer that was told nothing yet. */
  public UpdateGroup join(GroupMember member, GroupRules rules) {
    UpdateGroup group =
        groups.stream()
            .filter(g -> isFor(g, member, rules))
            .findFirst()
            .orElseGet(() -> add(new UpdateGroup(rib, rules, allocator, mostWaiting)));
    group.join(member);
    return group;
  }

  /** The group of a member that is to be told by other rules from now on. */
  public UpdateGroup move(GroupMember member, UpdateGroup from, ExportPeer peer) {
    GroupRules rules = from.rules().with(peer);
    if (from.rules().equals(rules)) {
      return from;
    }
    UpdateGroup group =
        groups.stream()
            .filter(g -> isFor(g, member, rules))
            .findFirst()
            .orElseGet(() -> add(from.with(rules)));
    group.takeOver(member, from);
    closeIfEmpty(from);
    return group;
  }

  /** The member's session is over. */
  public void leave(GroupMember member, UpdateGroup group) {
    group.leave(member);
    closeIfEmpty(group);
  }

  /** Another route was chosen for the row. */
  public void mark(RouteRows rows, int row) {
    for (UpdateGroup group : groups) {
      group.mark(rows, row);
    }
  }

  /** Other paths lead to the row, though the same one was chosen. */
  public void markPaths(RouteRows rows, int row) {
    for (UpdateGroup group : groups) {
      group.markPaths(rows, row);
    }
  }

  /** Sends as far as there is room; true when there is more to do at once. */
  public boolean flush() {
    boolean more = false;
    for (UpdateGroup group : groups) {
      more |= group.flush();
    }
    return more;
  }

  /** True while some peer has yet to take what was written: no row goes until it has. */
  public boolean isWaiting() {
    for (UpdateGroup group : groups) {
      if (group.isWaiting()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean holds(RouteRows rows, int row) {
    for (UpdateGroup group : groups) {
      if (group.holds(rows, row)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean holdsAny(RouteRows rows) {
    for (UpdateGroup group : groups) {
      if (group.holdsAny(rows.family())) {
        return true;
      }
    }
    return false;
  }

  /** Bytes that what was told needs. */
  public long needed() {
    long bytes = 0;
    for (UpdateGroup group : groups) {
      bytes += group.needed();
    }
    return bytes;
  }

  /** Bytes that are held for what was told, but for the log. */
  public long bytes() {
    return groups.stream().mapToLong(UpdateGroup::bytes).sum();
  }

  private static boolean isFor(UpdateGroup group, GroupMember member, GroupRules rules) {
    return group.rules().equals(rules) && !group.hasLike(member);
  }

  private UpdateGroup add(UpdateGroup group) {
    groups.add(group);
    return group;
  }

  private void closeIfEmpty(UpdateGroup group) {
    if (group.isEmpty()) {
      groups.remove(group);
      group.close();
    }
  }
}
