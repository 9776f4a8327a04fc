package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.PeerType;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.OptionalLong;

/** A path in the decision: what is compared, looked up once. */
record Candidate(
    Path path,
    int preference,
    Attributes attributes,
    boolean external,
    long igpCost,
    Ip4 routerId,
    Ip peerAddress,
    String peerName) {
  static Candidate local(Path path, LocalRoute route) {
    return new Candidate(
        path, route.kind().preference(), route.attributes(), false, 0, Ip4.ANY, Ip4.ANY, "");
  }

  static Candidate learned(Path path, AdjRibIn from, Attributes attributes, long igpCost) {
    Neighbour peer = from.neighbour();
    // RFC 4456, 9: a reflected route counts for who brought it into the AS.
    Ip4 id = attributes.originatorId().orElse(peer.routerId());
    return new Candidate(
        path,
        path.preference,
        attributes,
        peer.type() == PeerType.EBGP,
        igpCost,
        id,
        peer.address(),
        peer.name());
  }

  /** The AS whose MEDs this one's can be compared with. */
  OptionalLong neighbourAs() {
    return attributes.asPath().neighbourAs();
  }
}
