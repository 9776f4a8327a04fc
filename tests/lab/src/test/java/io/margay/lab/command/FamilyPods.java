package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.lab.plan.Families;
import io.margay.lab.probe.Ping;
import java.util.List;

/**
 * Pods of a lab of any family: t1, t2, t3 of the pools with a tunnel and p1, p2, p3 of those
 * without, on node1, node2, node3. node1 and node2 are in one subnet.
 */
final class FamilyPods {
  private static final List<String> NAMES = List.of("t1", "t2", "t3", "p1", "p2", "p3");

  private FamilyPods() {}

  static String manifest(Families families) {
    var text = new StringBuilder();
    for (String name : NAMES) {
      String pool = name.startsWith("t") ? "default" : "plain";
      var annotations = new StringBuilder();
      for (Family family : families.each()) {
        int version = family == Family.IPV4 ? 4 : 6;
        annotations.append(
            "cni.projectcalico.org/ipv%1$dpools: '[\"%2$s-ipv%1$d-ippool\"]',"
                .formatted(version, pool));
      }
      text.append(
          """
          {apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {name: %s}, annotations: {%s}},
            spec: {nodeName: node%s, containers: [{name: c, ports: [{containerPort: 80}]}]}}
          ---
          """
              .formatted(name, name, annotations, name.substring(1)));
    }
    return text.toString();
  }

  /** A pod's address of a family, as its own kernel has it. */
  static String address(TestLab lab, String pod, Family family) {
    String option = family == Family.IPV4 ? "-4" : "-6";
    String shown =
        lab.in(
            "default/" + pod,
            "ip",
            "-br",
            option,
            "addr",
            "show",
            "dev",
            "eth0",
            "scope",
            "global");
    return List.of(shown.strip().split("\\s+")).get(2).replaceFirst("/.*", "");
  }

  /** Waits until each of these pairs reaches the other. */
  static void meet(TestLab lab, Family family, String[]... pairs) throws Exception {
    for (String[] pair : pairs) {
      String to = address(lab, pair[1], family);
      await(
          () -> pair[0] + " reaches " + to + "; " + lab.in(node(pair[0]), "ip", "-6", "route"),
          TestLab.SOON,
          () ->
              lab.in("default/" + pair[0], "sh", "-c", "ping -c 1 -W 1 " + to + " || true")
                  .contains(" 0% packet loss"));
    }
  }

  static String node(String pod) {
    return "node" + pod.substring(1);
  }

  /** Pings from a pod to another one over a family until it is stopped. */
  static Ping ping(TestLab lab, Family family, String from, String to) {
    return lab.ping("default/" + from, Ip.of(address(lab, to, family)));
  }

  /** What the other side of a connection sees; the whole answer when there was none. */
  static String seenAs(TestLab lab, String from, String to, int port) {
    String question = "tcp " + to + " " + port;
    String answer =
        lab.in(from, "sh", "-c", "echo " + question + " | " + TestLab.tool() + " probe 1000");
    return answer.strip().replaceFirst("^" + question + " ok ", "");
  }
}
