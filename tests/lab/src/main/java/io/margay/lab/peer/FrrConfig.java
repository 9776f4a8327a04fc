package io.margay.lab.peer;

import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;

/**
 * What the router between the racks is told: an eBGP session with every node, routes to its FIB.
 */
final class FrrConfig {
  private FrrConfig() {}

  static String zebra() {
    return """
    hostname router
    log file /run/frr/zebra.log
    """;
  }

  static String bgpd(LabPlan plan) {
    var text = new StringBuilder();
    // coalesce-time: FRR would wait a second and more before its first table dump.
    text.append(
        """
        hostname router
        log file /run/frr/bgpd.log
        router bgp %d
         bgp router-id %s
         no bgp ebgp-requires-policy
         no bgp default ipv4-unicast
         bgp graceful-restart
         bgp graceful-restart preserve-fw-state
         coalesce-time 0
        """
            .formatted(LabPlan.ROUTER_AS, plan.subnets().getFirst().router()));
    for (NodePlan node : plan.nodes()) {
      String neighbor = " neighbor " + node.address() + " ";
      text.append(neighbor).append("remote-as ").append(LabPlan.NODES_AS).append('\n');
      text.append(neighbor).append("description ").append(node.name()).append('\n');
      text.append(neighbor).append("timers connect 1\n");
    }
    text.append(" address-family ipv4 unicast\n");
    for (NodePlan node : plan.nodes()) {
      text.append("  neighbor ").append(node.address()).append(" activate\n");
    }
    return text.append(" exit-address-family\n").toString();
  }
}
