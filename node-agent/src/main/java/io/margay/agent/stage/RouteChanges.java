package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.TunnelKey;
import java.util.HashSet;
import java.util.Set;

/** Which destinations another input is about, as far as two inputs tell it. */
final class RouteChanges {
  private RouteChanges() {}

  /** Whether what every destination depends on is the same. */
  static boolean isSameForAll(RouteStage.Input before, RouteStage.Input now) {
    return before.bgp().on() == now.bgp().on()
        && before.cluster().ways().equals(now.cluster().ways())
        && before.links().nextHops().equals(now.links().nextHops())
        && before.links().uplinks().equals(now.links().uplinks())
        && readyTunnels(before).equals(readyTunnels(now));
  }

  private static Set<String> readyTunnels(RouteStage.Input input) {
    var tunnels = new HashSet<>(TunnelKey.DEVICES);
    tunnels.retainAll(input.links().ready());
    return tunnels;
  }

  /**
   * The destinations that pods, own blocks, peers or nodes make others, where the same holds for
   * all. What BGP chose and where blocks are at home is not compared.
   */
  static Set<Prefix> between(RouteStage.Input before, RouteStage.Input now) {
    var touched = new HashSet<Prefix>();
    RouteStage.Local local = now.local();
    if (!before.local().pods().equals(local.pods())
        || !before.local().metrics().equals(local.metrics())
        || !before.links().ready().equals(now.links().ready())) {
      touched.addAll(before.local().pods().keySet());
      touched.addAll(local.pods().keySet());
    }
    if (!before.local().blackholes().equals(local.blackholes())) {
      touched.addAll(before.local().blackholes().keySet());
      touched.addAll(local.blackholes().keySet());
    }
    if (!before.bgp().peers().equals(now.bgp().peers())) {
      touched.addAll(destinations(before.bgp().peers()));
      touched.addAll(destinations(now.bgp().peers()));
    }
    if (before.cluster().ends() != now.cluster().ends()) {
      addBehind(now.cluster().ends().from(before.cluster().ends()), now, touched);
    }
    return touched;
  }

  static Set<Prefix> destinations(PeerWays peers) {
    var all = new HashSet<>(peers.routes().keySet());
    all.addAll(peers.left().keySet());
    return all;
  }

  private static void addBehind(
      NodeEnds.Difference nodes, RouteStage.Input now, Set<Prefix> touched) {
    if (nodes.isEmpty()) {
      return;
    }
    now.cluster()
        .homes()
        .forEach((destination, home) -> {
          if (nodes.names().contains(home.node())) {
            touched.add(destination);
          }
        });
    now.bgp()
        .best()
        .forEach((destination, route) -> {
          if (route.nextHops().stream()
              .anyMatch(hop -> nodes.addresses().contains(hop.address()))) {
            touched.add(destination);
          }
        });
  }
}
