package io.margay.bgp.export;

import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.wire.WireFormat;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** All groups of peers that are told the same. Owned by the RIB's thread. */
public final class UpdateGroups {
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

  /** True when a peer can be told in a group: what it gets can be made from others' bytes. */
  public static boolean canShare(WireFormat format) {
    return format.as4() && format.idsOut().isEmpty();
  }

  /** The group of a peer that was told nothing yet. */
  public UpdateGroup join(GroupMember member, ExportPeer peer, WireFormat format) {
    ExportPeer common = peer.common();
    UpdateGroup group =
        groups.stream()
            .filter(g -> isFor(g, member, common, format))
            .findFirst()
            .orElseGet(() -> add(new UpdateGroup(rib, common, format, allocator, mostWaiting)));
    group.join(member);
    return group;
  }

  /** The group of a member that is to be told by other rules from now on. */
  public UpdateGroup move(GroupMember member, UpdateGroup from, ExportPeer peer) {
    ExportPeer common = peer.common();
    if (from.peer().equals(common)) {
      return from;
    }
    UpdateGroup group =
        groups.stream()
            .filter(g -> isFor(g, member, common, from.format()))
            .findFirst()
            .orElseGet(() -> add(from.with(common)));
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

  /** True while a row must keep its prefix for what is yet to be said. */
  public boolean holds(RouteRows rows, int row) {
    for (UpdateGroup group : groups) {
      if (group.holds(rows, row)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFor(
      UpdateGroup group, GroupMember member, ExportPeer common, WireFormat format) {
    return group.peer().equals(common) && group.format().equals(format) && !group.hasLike(member);
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
