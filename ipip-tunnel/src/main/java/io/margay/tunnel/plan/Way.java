package io.margay.tunnel.plan;

import io.margay.foundation.addr.Ip4;

/** How packets to a destination leave this node, and why so. */
public sealed interface Way {
  /** Why it is this way. */
  Reason why();

  /** As they are, over whatever route leads to the next hop. */
  record Direct(Reason why) implements Way {}

  /** In IPIP to that node. */
  record Ipip(Ip4 node, Reason why) implements Way {}

  /** In VXLAN to that node. */
  record Vxlan(Vtep vtep, Reason why) implements Way {}

  /** In UDP to that node. */
  record Udp(Ip4 node, Reason why) implements Way {}

  /** Not at all. */
  record Nowhere(Reason why) implements Way {}

  /**
   * Whether BGP brings routes of this way, where there is BGP; Felix makes the others, from block
   * affinities (Calico's kernel export filter). What Calico does not know, UDP, is one of those.
   */
  default boolean isOfBgp() {
    return switch (this) {
      case Direct(Reason why) -> why != Reason.VXLAN_SAME_SUBNET;
      case Ipip _ -> true;
      case Vxlan _, Udp _, Nowhere _ -> false;
    };
  }

  /** What decided. */
  enum Reason {
    /** The destination lies in no pool. */
    NO_POOL,
    /** Its pool has no encapsulation. */
    POOL_UNENCAPSULATED,
    /** Its pool is CrossSubnet and the next hop is in this node's subnet. */
    SAME_SUBNET,
    /** The same, where the pool's packets cross subnets in VXLAN. */
    VXLAN_SAME_SUBNET,
    /** Its pool is CrossSubnet and the next hop is outside of this node's subnet. */
    OTHER_SUBNET,
    /** Its pool always encapsulates. */
    ALWAYS,
    /** IPIP leads to IPv4 nodes only, and the next hop is none. */
    NEXT_HOP_NOT_IPV4,
    /** The node does not take yet what the pool asks for: it is sent what it takes. */
    RECEIVER_NOT_READY,
    /** This node's own device is not up yet: the node is sent what it took before. */
    OWN_DEVICE_NOT_READY,
    /** The pool asks for VXLAN, and the node has no end of it. */
    NO_VTEP,
    /** The pool asks for UDP, and who is there is not known to take it: as the pool's mode says. */
    NO_UDP_THERE
  }
}
