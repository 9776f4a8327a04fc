package io.margay.lab.peer;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;

/** What the watcher is told: an iBGP session with every node, nothing to announce, no FIB. */
final class GobgpConfig {
  private GobgpConfig() {}

  static String toml(LabPlan plan) {
    var text =
        new StringBuilder(
            """
            [global.config]
              as = %d
              router-id = "%s"
            """
                .formatted(LabPlan.NODES_AS, LabPlan.routerId(plan.watchers().getFirst())));
    for (NodePlan node : plan.nodes()) {
      for (Ip watcher : plan.watchers()) {
        text.append(neighbor(node, watcher));
      }
    }
    return text.toString();
  }

  private static String neighbor(NodePlan node, Ip watcher) {
    Ip address =
        node.addresses().stream()
            .filter(each -> each.family() == watcher.family())
            .findFirst()
            .orElseThrow();
    // Without the reset time it would stay idle for 30 s after each lost session.
    return """
    [[neighbors]]
      [neighbors.config]
        neighbor-address = "%s"
        peer-as = %d
        description = "%s"
      [neighbors.transport.config]
        local-address = "%s"
      [neighbors.timers.config]
        connect-retry = 1
        idle-hold-time-after-reset = 1
      [neighbors.graceful-restart.config]
        enabled = true
        restart-time = 120
      [[neighbors.afi-safis]]
        [neighbors.afi-safis.config]
          afi-safi-name = "%s"
        [neighbors.afi-safis.mp-graceful-restart.config]
          enabled = true
    """
        .formatted(
            address,
            LabPlan.NODES_AS,
            node.name(),
            watcher,
            watcher.family() == Family.IPV4 ? "ipv4-unicast" : "ipv6-unicast");
  }
}
