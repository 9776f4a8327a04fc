package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;

/**
 * What an IPPool says of tunnels. Disabled pools count: their addresses are still in use.
 *
 * <p>Calico refuses a pool with both modes, and IPIP for IPv6. Where one is stored all the same,
 * VXLAN goes before IPIP, and an IPv6 pool has no IPIP.
 *
 * @param udp its packets travel in UDP, to nodes that take it, where its mode puts them into a
 *     tunnel; Calico's nodes are sent them by its mode, so nodes have that end, too
 */
public record TunnelPool(Prefix cidr, EncapMode ipip, EncapMode vxlan, boolean udp) {
  public TunnelPool(Prefix cidr, EncapMode ipip, EncapMode vxlan) {
    this(cidr, ipip, vxlan, false);
  }

  /** A pool whose packets travel as they are. */
  public static TunnelPool plain(Prefix cidr) {
    return new TunnelPool(cidr, EncapMode.NEVER, EncapMode.NEVER);
  }

  public boolean usesIpip() {
    return ipip != EncapMode.NEVER && !usesVxlan() && cidr.family() == Family.IPV4;
  }

  public boolean usesVxlan() {
    return vxlan != EncapMode.NEVER;
  }

  /** UDP carries IPv4, and says nothing of when a tunnel is used. */
  public boolean usesUdp() {
    return udp && (usesIpip() || usesVxlan()) && cidr.family() == Family.IPV4;
  }
}
