package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.GroupMember;
import io.margay.bgp.export.Message;
import io.margay.bgp.export.PeerSink;
import io.margay.bgp.export.UpdateGroup;
import io.margay.bgp.export.UpdateGroups;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a peer is told together with others of its group, for one session. Owned by bgp-core. */
final class SharedExport implements PeerExport, PeerSink {
  private final UpdateGroups groups;
  private final PeerChannel channel;
  private final SessionRecord record;
  private final GroupMember member;
  private UpdateGroup group;

  /** Families of which a refresh between marks is due (RFC 7313). */
  private final Set<Family> refreshWanted = EnumSet.noneOf(Family.class);

  SharedExport(
      UpdateGroups groups,
      ExportPeer peer,
      WireFormat format,
      PeerChannel channel,
      SessionRecord record) {
    this.groups = groups;
    this.channel = channel;
    this.record = record;
    this.member = new GroupMember(peer.name(), peer.routerId().bits(), this);
    this.group = groups.join(member, peer, format);
  }

  @Override
  public void reexport(ExportPeer peer) {
    group = groups.move(member, group, peer);
  }

  @Override
  public void endOfRibAfterwards(Collection<Family> families) {
    group.endOfRibAfterwards(member, families);
  }

  @Override
  public void sendAgain(Collection<Family> families) {
    families.forEach(family -> group.sendAgain(member, family));
    group.endOfRibAfterwards(member, families);
  }

  @Override
  public void refreshWanted(Family family) {
    refreshWanted.add(family);
  }

  /** Begins refreshes that are due; what is sent is sent by the group. */
  @Override
  public boolean flush(int slice) {
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

  @Override
  public boolean hasSeveral(Prefix prefix) {
    return false;
  }

  @Override
  public Map<Integer, Attributes> told(Prefix prefix) {
    return group.told(member, prefix).map(attributes -> Map.of(0, attributes)).orElse(Map.of());
  }

  @Override
  public int size() {
    return group.size(member);
  }

  @Override
  public void close() {
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
