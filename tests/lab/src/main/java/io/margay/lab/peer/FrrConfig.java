package io.margay.lab.peer;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
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
            .formatted(LabPlan.ROUTER_AS, id(plan)));
    for (NodePlan node : plan.nodes()) {
      for (Ip address : node.addresses()) {
        String neighbor = " neighbor " + address + " ";
        text.append(neighbor).append("remote-as ").append(LabPlan.NODES_AS).append('\n');
        text.append(neighbor).append("description ").append(node.name()).append('\n');
        text.append(neighbor).append("timers connect 1\n");
      }
    }
    plan.families().each().forEach(family -> text.append(routes(plan, family)));
    return text.toString();
  }

  private static Ip4 id(LabPlan plan) {
    return LabPlan.routerId(plan.subnets().getFirst().routers().getFirst());
  }

  /** Each family's routes go over its own sessions, as Calico has it. */
  private static String routes(LabPlan plan, Family family) {
    var text = new StringBuilder();
    String name = family == Family.IPV4 ? "ipv4" : "ipv6";
    text.append(" address-family ").append(name).append(" unicast\n");
    for (NodePlan node : plan.nodes()) {
      for (Ip address : node.addresses()) {
        if (address.family() == family) {
          text.append("  neighbor ").append(address).append(" activate\n");
        }
      }
    }
    return text.append(" exit-address-family\n").toString();
  }
}
