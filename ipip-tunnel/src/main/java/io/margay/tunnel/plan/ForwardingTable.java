package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * All that the userspace forwarder has to know. A TUN reader sees packets without the next hop that
 * the kernel's route chose, so this repeats the part of the FIB that leads to other nodes.
 *
 * @param local the own node's address: the source of outer headers
 * @param routes destination to the node that it is behind; the longest prefix counts
 * @param sources who may send encapsulated packets to this node: the nodes, and what {@code
 *     externalNodesList} adds
 */
public record ForwardingTable(Ip4 local, Map<Prefix, Ip4> routes, Set<Prefix> sources) {
  public ForwardingTable {
    routes = Map.copyOf(routes);
    sources = Set.copyOf(sources);
    for (Prefix prefix : routes.keySet()) {
      requireIpv4(prefix);
    }
    for (Prefix prefix : sources) {
      requireIpv4(prefix);
    }
  }

  /** One that leads nowhere. */
  public static final ForwardingTable NONE = new ForwardingTable(Ip4.ANY, Map.of(), Set.of());

  /** This table, with what only another one has: its routes and sources. */
  public ForwardingTable keeping(ForwardingTable other) {
    Map<Prefix, Ip4> both = new HashMap<>(other.routes());
    both.putAll(routes);
    Set<Prefix> all = new HashSet<>(other.sources());
    all.addAll(sources);
    return new ForwardingTable(local, both, all);
  }

  private static void requireIpv4(Prefix prefix) {
    if (prefix.family() != Family.IPV4) {
      throw new IllegalArgumentException("the forwarder carries IPv4 only, not " + prefix);
    }
  }
}
