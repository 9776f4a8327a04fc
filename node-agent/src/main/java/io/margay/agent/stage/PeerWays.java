package io.margay.agent.stage;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ways to peers that a BGPPeer gives a gateway for (reachableBy): a route to the one address,
 * by which its session goes and next hops at it are reached.
 *
 * @param routes by the peer's address
 * @param left peers whose gateway is on no link of this node
 */
record PeerWays(Map<Prefix, Way> routes, Map<Prefix, Missing> left) {
  static final PeerWays NONE = new PeerWays(Map.of(), Map.of());

  /**
   * What a BGPPeer asks for.
   *
   * @param object the BGPPeer's name
   */
  record Wanted(Ip peer, Ip gateway, String object) {}

  /** A gateway with the device that leads to it. */
  record Way(Ip gateway, String device, String object) {}

  /** The ways, by what the kernel knows. The first object that names a peer counts. */
  static PeerWays of(Collection<Wanted> wanted, NextHopTable kernel) {
    var routes = new TreeMap<Prefix, Way>();
    var left = new TreeMap<Prefix, Missing>();
    for (Wanted each : wanted) {
      Prefix peer = each.peer().asPrefix();
      Optional<String> device = link(each.gateway(), kernel);
      if (device.isPresent()) {
        routes.putIfAbsent(peer, new Way(each.gateway(), device.get(), each.object()));
      } else {
        left.putIfAbsent(peer, new Missing.GatewayOffLink(each.gateway(), each.object()));
      }
    }
    return new PeerWays(routes, left);
  }

  private static Optional<String> link(Ip gateway, NextHopTable kernel) {
    return kernel
        .way(gateway)
        .map(way -> way.hops().getFirst())
        .filter(hop -> hop.gateway().isEmpty())
        .map(Hop::device);
  }

  /** The kernel's routes, and before them these. */
  NextHopTable behind(NextHopTable kernel) {
    return kernel.with(
        routes.entrySet().stream()
            .map(e -> Onward.of(e.getKey(), Hop.via(e.getValue().gateway(), e.getValue().device())))
            .toList());
  }
}
