package io.margay.lab.command;

import java.util.List;

/** What to try in a demonstration that was kept. */
final class DemoHints {
  private DemoHints() {}

  static List<String> lines(String name) {
    String lab = "./dev lab --name " + name + " ";
    return List.of(
        "the lab is still up; for example:",
        "  " + lab + "status",
        "  " + lab + "exec node1 -- ip route",
        "  " + lab + "exec node1 -- iptables-save -t filter",
        "  " + lab + "exec bird1 -- birdc show protocols",
        "  " + lab + "exec router -- vtysh -c 'show bgp summary'",
        "  " + lab + "exec watcher -- gobgp global rib",
        "  " + lab + "exec pingers/tunnel-node1 -- ip addr",
        "  " + lab + "apply -f FILE",
        "  " + lab + "down");
  }
}
