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

  /** By no route that BGP gives: other parts of the agent program it. */
  record NotByBgp(Reason why) implements Way {}

  /** What decided (Calico's kernel export filter, in its words). */
  enum Reason {
    /** The destination lies in no pool. */
    NO_POOL,
    /** Its pool has no encapsulation. */
    POOL_UNENCAPSULATED,
    /** Its pool is CrossSubnet and the next hop is in this node's subnet. */
    SAME_SUBNET,
    /** Its pool is CrossSubnet and the next hop is outside of this node's subnet. */
    OTHER_SUBNET,
    /** Its pool always encapsulates. */
    ALWAYS,
    /** IPIP leads to IPv4 nodes only, and the next hop is none. */
    NEXT_HOP_NOT_IPV4,
    /** Its pool uses VXLAN, whose routes come from block affinities. */
    VXLAN_POOL
  }
}
