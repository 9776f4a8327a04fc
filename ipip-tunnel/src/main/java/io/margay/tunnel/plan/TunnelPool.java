package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;

/**
 * What an IPPool says of tunnels. Disabled pools count: their addresses are still in use.
 *
 * <p>Calico refuses a pool with both modes, and IPIP for IPv6. Where one is stored all the same,
 * VXLAN goes before IPIP, and an IPv6 pool has no IPIP.
 */
public record TunnelPool(Prefix cidr, EncapMode ipip, EncapMode vxlan) {
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
}
