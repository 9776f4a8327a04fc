package io.margay.bgp.export;

/** What happens to the next hop of a route that is passed on (BGPPeer nextHopMode). */
public enum NextHopMode {
  /** By BGP's rule: own address to another AS and for own routes, unchanged inside the AS. */
  AUTO,
  /** Always the own address. */
  SELF,
  /** As it came; own routes have the own address all the same. */
  KEEP
}
