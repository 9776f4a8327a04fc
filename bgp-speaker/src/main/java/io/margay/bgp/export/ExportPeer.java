package io.margay.bgp.export;

import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A peer as what it is told depends on it.
 *
 * @param name of the session; routes from there are not sent back
 * @param routerId the peer's
 * @param clusterId put into the cluster list of what is reflected
 * @param self own addresses for next hops; the first of a route's family counts
 * @param extendedNextHop IPv4 routes may have IPv6 next hops (RFC 8950)
 * @param role what this side is to a peer of another AS (RFC 9234)
 * @param longLived it knows of long-lived graceful restart (RFC 9494)
 */
public record ExportPeer(
    String name,
    long localAs,
    long remoteAs,
    Ip4 routerId,
    Ip4 clusterId,
    boolean reflectorClient,
    Set<Family> families,
    List<Ip> self,
    NextHopMode nextHopMode,
    ExportPolicy policy,
    boolean extendedNextHop,
    Optional<Role> role,
    boolean longLived,
    ExportOptions options) {
  // RFC 7607: no peer has it.
  private static final long NOBODYS_AS = 0;

  /** Next hops of each family's own, and no role. */
  public ExportPeer(
      String name,
      long localAs,
      long remoteAs,
      Ip4 routerId,
      Ip4 clusterId,
      boolean reflectorClient,
      Set<Family> families,
      List<Ip> self,
      NextHopMode nextHopMode,
      ExportPolicy policy) {
    this(
        name,
        localAs,
        remoteAs,
        routerId,
        clusterId,
        reflectorClient,
        families,
        self,
        nextHopMode,
        policy,
        false,
        Optional.empty(),
        false,
        ExportOptions.NONE);
  }

  public ExportPeer {
    families = Set.copyOf(families);
    self = List.copyOf(self);
  }

  /** What it has in common with others that are told the same, whoever they are. */
  ExportPeer common() {
    return like("", type() == PeerType.IBGP ? localAs : NOBODYS_AS, Ip4.ANY, policy);
  }

  /** True when both make the same bytes of the same route, though not of the same routes. */
  boolean rewritesLike(ExportPeer other) {
    return like(name, remoteAs, routerId, other.policy).equals(other);
  }

  private ExportPeer like(String newName, long newAs, Ip4 newRouterId, ExportPolicy newPolicy) {
    return new ExportPeer(
        newName,
        localAs,
        newAs,
        newRouterId,
        clusterId,
        reflectorClient,
        families,
        self,
        nextHopMode,
        newPolicy,
        extendedNextHop,
        role,
        longLived,
        options);
  }

  PeerType type() {
    return localAs == remoteAs ? PeerType.IBGP : PeerType.EBGP;
  }

  /** Own address of the family; empty when there is none, and nothing can be sent. */
  Optional<Ip> self(Family family) {
    return self.stream()
        .filter(ip -> ip.family() == family)
        .findFirst()
        .or(() -> self.stream().filter(ip -> canCarry(family, ip)).findFirst());
  }

  /** True when a route of the family may have this next hop (RFC 8950). */
  boolean canCarry(Family family, Ip nextHop) {
    return nextHop.family() == family || (family == Family.IPV4 && extendedNextHop);
  }
}
