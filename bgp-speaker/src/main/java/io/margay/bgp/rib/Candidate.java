package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.PeerType;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.OptionalLong;

/**
 * A path in the decision, for people: what is compared, looked up once.
 *
 * @param path which one of the RIB's paths
 * @param id the peer's path identifier (RFC 7911); 0 where it sends none
 */
record Candidate(
    int path,
    int id,
    RouteSource source,
    int preference,
    Attributes attributes,
    boolean external,
    long igpCost,
    Ip4 routerId,
    Ip peerAddress,
    String peerName) {
  static Candidate local(int path, LocalRoute route) {
    return new Candidate(
        path,
        0,
        new RouteSource.Local(route),
        route.kind().preference(),
        route.attributes(),
        false,
        0,
        Ip4.ANY,
        Ip4.ANY,
        "");
  }

  static Candidate learned(
      int path, int id, Neighbour peer, int preference, Attributes attributes, long igpCost) {
    return new Candidate(
        path,
        id,
        new RouteSource.Peer(peer),
        preference,
        attributes,
        peer.type() == PeerType.EBGP,
        igpCost,
        // RFC 4456, 9: a reflected route counts for who brought it into the AS.
        attributes.originatorId().orElse(peer.routerId()),
        peer.address(),
        peer.name());
  }

  boolean isLocal() {
    return source instanceof RouteSource.Local;
  }

  /** The AS whose MEDs this one's can be compared with. */
  OptionalLong neighbourAs() {
    return attributes.asPath().neighbourAs();
  }
}
