package io.margay.lab.live;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.lab.kubelet.AgentProcess;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.probe.PodEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A lab as text: machines, then pods. */
public final class StatusTable {
  private final Lab lab;

  public StatusTable(Lab lab) {
    this.lab = lab;
  }

  public List<String> lines() {
    var table = new TextTable("NAME", "WHAT", "ADDRESS", "SWITCH", "READY", "AGENT", "PODS");
    List<PodEndpoint> pods = lab.pods();
    for (NodePlan node : lab.plan().nodes()) {
      long own = pods.stream().filter(pod -> pod.node().equals(node.name())).count();
      table.row(
          node.name(),
          node.speaker().name().toLowerCase(Locale.ROOT),
          text(node.interfaceAddresses()),
          node.subnet().name(),
          lab.isReady(node.name()) ? "yes" : "no",
          agent(node),
          Long.toString(own));
    }
    LabPlan plan = lab.plan();
    plan.subnets()
        .forEach(subnet ->
            table.row(
                LabPlan.ROUTER,
                "frr",
                text(subnet.routers().stream().map(subnet::at).toList()),
                subnet.name(),
                "",
                "",
                ""));
    table.row(
        LabPlan.WATCHER,
        "gobgp",
        text(plan.watchers().stream().map(plan.watcherSubnet()::at).toList()),
        plan.watcherSubnet().name(),
        "",
        "",
        "");
    var lines = new ArrayList<>(table.lines());
    if (!pods.isEmpty()) {
      lines.add("");
      var podTable = new TextTable("POD", "NODE", "ADDRESS", "PORTS");
      for (PodEndpoint pod : pods) {
        podTable.row(
            pod.toString(),
            pod.node(),
            String.join(" ", pod.ips().stream().map(Ip::toString).toList()),
            String.join(" ", pod.doors().stream().map(PodEndpoint.Door::toString).toList()));
      }
      lines.addAll(podTable.lines());
    }
    return lines;
  }

  private static String text(List<InterfaceAddress> addresses) {
    return String.join(" ", addresses.stream().map(InterfaceAddress::toString).toList());
  }

  private String agent(NodePlan node) {
    return Optional.ofNullable(lab.agents().get(node.name()))
        .map(agent ->
            agent
                .process()
                .map(process -> "start " + agent.starts())
                .orElse("down, log " + agentLog(agent)))
        .orElse("-");
  }

  private static String agentLog(AgentProcess agent) {
    return agent.log().toString();
  }
}
