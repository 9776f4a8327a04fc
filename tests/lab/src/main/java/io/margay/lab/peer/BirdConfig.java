package io.margay.lab.peer;

import io.margay.foundation.addr.Ip;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.PoolPlan;
import java.util.stream.Collectors;

/**
 * What BIRD 2 is told so that it behaves as the BIRD of a Calico node: one block of its own,
 * everybody in the mesh, the router and the watcher as BGPPeers say. Timers are a second, to keep
 * its own start out of what the lab measures.
 */
final class BirdConfig {
  private BirdConfig() {}

  static String conf(LabPlan plan, NodePlan node) {
    var text = new StringBuilder(settings(plan, node));
    for (NodePlan other : plan.nodes()) {
      if (!other.equals(node)) {
        text.append(mesh(node, other));
      }
    }
    text.append(session("Global", plan.watcher(), LabPlan.NODES_AS, ""));
    String noTransit = "  ipv4 { export filter to_router; };\n";
    text.append(session("Node", node.subnet().router(), LabPlan.ROUTER_AS, noTransit));
    return text.toString();
  }

  private static String settings(LabPlan plan, NodePlan node) {
    return """
    log "/var/log/bird.log" all;
    router id %1$s;
    protocol device { scan time 1; }
    protocol direct { ipv4; interface -"cali*", "*"; }
    protocol static { ipv4; route %2$s blackhole; }

    # Calico: own blocks as wholes, foreign addresses inside of any pool, nothing else.
    function in_pools() { return net ~ [ %3$s ]; }
    filter to_peers {
      if net = %2$s then accept;
      if net ~ [ %2$s+ ] then reject;
      if in_pools() then accept;
      reject;
    }
    # What BGPFilter "no-transit" says on the other nodes.
    filter to_router {
      if source = RTS_BGP then reject;
      if net = %2$s then accept;
      reject;
    }
    filter to_kernel {
      if source = RTS_BGP || source = RTS_STATIC then accept;
      reject;
    }
    protocol kernel {
      learn; persist; scan time 2; merge paths on; graceful restart;
      ipv4 { import all; export filter to_kernel; };
    }
    template bgp peer {
      local %1$s as %4$d;
      multihop;
      graceful restart on;
      graceful restart time 120;
      connect delay time 1;
      connect retry time 1;
      error wait time 1,2;
      ipv4 { import all; export filter to_peers; gateway recursive; add paths on; };
    }
    """
        .formatted(
            node.address(),
            plan.birdBlock(),
            plan.pools().stream()
                .map(PoolPlan::cidr)
                .map(c -> c + "+")
                .collect(Collectors.joining(", ")),
            LabPlan.NODES_AS);
  }

  // Calico: of two nodes the one with the greater address, as text, dials.
  private static String mesh(NodePlan node, NodePlan other) {
    boolean passive = other.address().toString().compareTo(node.address().toString()) > 0;
    return session("Mesh", other.address(), LabPlan.NODES_AS, passive ? "  passive on;\n" : "");
  }

  private static String session(String kind, Ip peer, int as, String more) {
    return "protocol bgp %s_%s from peer {\n  neighbor %s as %d;\n%s}\n"
        .formatted(kind, peer.toString().replace('.', '_'), peer, as, more);
  }
}
