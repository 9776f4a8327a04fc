package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.GroupMember;
import io.margay.bgp.export.GroupRules;
import io.margay.bgp.export.Message;
import io.margay.bgp.export.PeerSink;
import io.margay.bgp.export.UpdateGroup;
import io.margay.bgp.export.UpdateGroups;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a peer is told together with others of its group, for one session. Owned by bgp-core. */
final class PeerExport implements PeerSink {
  private final UpdateGroups groups;
  private final PeerChannel channel;
  private final SessionRecord record;
  private final GroupMember member;
  private UpdateGroup group;

  /** Families of which a refresh between marks is due (RFC 7313). */
  private final Set<Family> refreshWanted = EnumSet.noneOf(Family.class);

  PeerExport(
      UpdateGroups groups,
      ExportPeer peer,
      GroupRules rules,
      PeerChannel channel,
      SessionRecord record) {
    this.groups = groups;
    this.channel = channel;
    this.record = record;
    this.member = new GroupMember(peer.name(), peer.routerId().bits(), this);
    this.group = groups.join(member, rules);
  }

  /** Other rules hold: what they change is told. */
  void reexport(ExportPeer peer) {
    group = groups.move(member, group, peer);
  }

  /** Behind all that was chosen so far the families' End-of-RIB is due (RFC 4724, 2). */
  void endOfRibAfterwards(Collection<Family> families) {
    group.endOfRibAfterwards(member, families);
  }

  /** What the peer was told is told again, and End-of-RIB behind it (RFC 2918, 4). */
  void sendAgain(Collection<Family> families) {
    families.forEach(family -> group.sendAgain(member, family));
    group.endOfRibAfterwards(member, families);
  }

  /** The peer wants the family's routes again, between marks (RFC 7313). */
  void refreshWanted(Family family) {
    refreshWanted.add(family);
  }

  /** Begins refreshes that are due, which the group sends; true when one began. */
  boolean flush() {
    // RFC 7313, 4: never before the first End-of-RIB, so behind all that waits now.
    if (refreshWanted.isEmpty() || !group.knowsAll(member)) {
      return false;
    }
    for (Family family : refreshWanted) {
      channel.sendRefresh(RouteRefreshMessage.begin(family));
      group.sendAgain(member, family);
      group.endOfRefreshAfterwards(member, family);
    }
    refreshWanted.clear();
    return true;
  }

  /** True when several paths to the prefix may be told (RFC 7911). */
  boolean hasSeveral(Prefix prefix) {
    return group.hasSeveral(prefix.family());
  }

  /** What the peer was told of a prefix, by path identifiers; 0 where it gets one path. */
  Map<Integer, Attributes> told(Prefix prefix) {
    return group.told(member, prefix);
  }

  /** How many routes the peer knows. */
  int size() {
    return group.size(member);
  }

  /** The session is over. */
  void close() {
    groups.leave(member, group);
  }

  @Override
  public boolean hasRoom() {
    return channel.hasRoom();
  }

  @Override
  public void send(Message message) {
    record.told(message.announced(), message.withdrawn());
    channel.send(message.bytes(), message.messages());
  }

  @Override
  public void endOfRib(Family family) {
    channel.sendEndOfRib(family);
  }

  @Override
  public void endOfRefresh(Family family) {
    channel.sendRefresh(RouteRefreshMessage.end(family));
  }
}
