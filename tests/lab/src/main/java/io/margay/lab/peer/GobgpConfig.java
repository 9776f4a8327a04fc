package io.margay.lab.peer;

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
                .formatted(LabPlan.NODES_AS, plan.watcher()));
    for (NodePlan node : plan.nodes()) {
      // Without the reset time it would stay idle for 30 s after each lost session.
      text.append(
          """
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
                afi-safi-name = "ipv4-unicast"
              [neighbors.afi-safis.mp-graceful-restart.config]
                enabled = true
          """
              .formatted(node.address(), LabPlan.NODES_AS, node.name(), plan.watcher()));
    }
    return text.toString();
  }
}
