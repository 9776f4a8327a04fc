package io.margay.bgp.rib;

import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.PeerType;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Optional;

/**
 * A peer as routes remember it: who said this, and what the decision process asks about it.
 *
 * @param localAs the own AS as this peer knows it
 * @param reflectorClient routes from it are reflected to all (RFC 4456)
 * @param role what this side is to it (RFC 9234); of peers of other ASes only
 * @param allowedLocalAs how often the own AS may stand in a path from it
 * @param leaving this side is about to end the session: its routes are the last choice (RFC 8326)
 */
public record Neighbour(
    String name,
    PeerKind kind,
    Ip address,
    long asn,
    long localAs,
    Ip4 routerId,
    boolean reflectorClient,
    int allowedLocalAs,
    Optional<Role> role,
    boolean leaving) {
  /** No role is said, and the session is to stay. */
  public Neighbour(
      String name,
      PeerKind kind,
      Ip address,
      long asn,
      long localAs,
      Ip4 routerId,
      boolean reflectorClient,
      int allowedLocalAs) {
    this(
        name,
        kind,
        address,
        asn,
        localAs,
        routerId,
        reflectorClient,
        allowedLocalAs,
        Optional.empty(),
        false);
  }

  public PeerType type() {
    return asn == localAs ? PeerType.IBGP : PeerType.EBGP;
  }
}
