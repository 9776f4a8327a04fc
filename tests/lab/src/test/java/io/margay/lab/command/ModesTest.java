package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Pods of three nodes, two in one subnet and one in another, in each mode of a pool; judged by
 * iproute2 and ping.
 */
@Order(4)
@ExtendWith(SharedLab.class)
class ModesTest {
  /** So long a change may take on a busy machine: annotations go around, devices come up. */
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private static final String POOL =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: IPPool
      metadata: {name: %s, annotations: {margay.io/encapsulation: "%s"}}
      spec: {cidr: %s, ipipMode: %s, vxlanMode: %s, natOutgoing: false}
      """;

  private static final String POD =
      """
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: %s
        namespace: %s
        annotations: {cni.projectcalico.org/ipv4pools: '["%s"]'}
      spec: {nodeName: %s, containers: [{name: c, ports: [{containerPort: 80}]}]}
      """;

  private static TestLab lab;

  @BeforeAll
  static void use(SharedLab.PoolsLab shared) {
    lab = shared.lab();
  }

  private static void apply(String name, String text) throws Exception {
    assertThat(lab.manifests("apply", Map.of(name, text))).as(lab.said.toString()).isZero();
  }

  /** A pool of that name, and pods here (node1), near (node2) and far (node3) in a namespace. */
  private static void populate(String namespace, String pool) throws Exception {
    apply(namespace + "-pool.yaml", pool);
    apply(
        namespace + "-pods.yaml",
        "{apiVersion: v1, kind: Namespace, metadata: {name: "
            + namespace
            + "}}\n"
            + POD.formatted("here", namespace, namespace, "node1")
            + POD.formatted("near", namespace, namespace, "node2")
            + POD.formatted("far", namespace, namespace, "node3"));
  }

  private static boolean leaves(String node, String to, String by) {
    return lab.in(node, "ip", "route", "get", to).contains(by);
  }

  private static void routed(String node, String to, String by) throws Exception {
    await(
        () -> node + " sends to " + to + " by \"" + by + "\": " + lab.in(node, "ip", "route"),
        SETTLED,
        () -> leaves(node, to, by));
  }

  @Test
  void vxlanCrossesSubnetsAndNothingElse() throws Exception {
    populate("vxlan", POOL.formatted("vxlan", "", "10.246.0.0/16", "Never", "CrossSubnet"));
    String here = lab.address("vxlan/here");
    String near = lab.address("vxlan/near");
    String far = lab.address("vxlan/far");
    routed("node1", far, "dev vxlan.calico");
    routed("node3", here, "dev vxlan.calico");
    routed("node1", near, "via 172.30.1.10 dev eth0");
    assertThat(lab.in("node1", "ip", "route", "show", "proto", "80"))
        .contains("dev vxlan.calico onlink", "via 172.30.1.10 dev eth0 onlink", "blackhole");
    assertThat(lab.in("node1", "bridge", "fdb", "show", "dev", "vxlan.calico"))
        .contains("dst 172.30.2.13 self permanent");
    assertThat(lab.in("node1", "ip", "neigh", "show", "dev", "vxlan.calico")).contains("PERMANENT");
    assertThat(lab.in("node1", "ip", "-d", "link", "show", "vxlan.calico"))
        .contains("vxlan id 4096", "local 172.30.1.9 dev eth0", "dstport 4789", "mtu 1450");
    for (String to : List.of(near, far)) {
      await(
          "here reaches " + to,
          () -> lab.in("vxlan/here", "ping", "-c", "1", "-W", "5", to).contains(" 0% packet loss"));
    }
    assertThat(lab.in("node3", TestLab.RULES)).contains("all-vxlan-net src");
  }

  @Test
  void aChangedModeLosesNothing() throws Exception {
    String[][] modes = {
      {"", "CrossSubnet", "Never", "dev tunl0", "dev eth0"},
      {"", "Always", "Never", "dev tunl0", "dev tunl0"},
      {"udp", "Always", "Never", "dev udp.margay", "dev udp.margay"},
      {"udp", "CrossSubnet", "Never", "dev udp.margay", "dev eth0"},
      {"", "Never", "Always", "dev vxlan.calico", "dev vxlan.calico"},
      {"", "Always", "Never", "dev tunl0", "dev tunl0"},
      {"", "Never", "Never", "dev eth0", "dev eth0"}
    };
    populate("moving", pool("", "Never", "Never"));
    String here = lab.address("moving/here");
    String near = lab.address("moving/near");
    String far = lab.address("moving/far");
    routed("node1", far, "dev eth0");
    routed("node3", here, "dev eth0");
    routed("node2", here, "dev eth0");
    var pings = new ArrayList<Ping>();
    for (String[] pair : new String[][] {{"here", far}, {"far", here}, {"here", near}}) {
      await(
          pair[0] + " reaches " + pair[1],
          () ->
              lab.in("moving/" + pair[0], "ping", "-c", "1", "-W", "5", pair[1])
                  .contains(" 0% packet loss"));
      String from = "moving/" + pair[0];
      pings.add(
          Ping.start(from + " to " + pair[1], argv -> lab.entering(from, argv), Ip.of(pair[1])));
    }
    for (String[] mode : modes) {
      apply("moving-pool.yaml", pool(mode[0], mode[1], mode[2]));
      routed("node1", far, mode[3]);
      routed("node3", here, mode[3]);
      routed("node1", near, mode[4]);
      routed("node2", here, mode[4]);
      if (mode[3].equals("dev udp.margay")) {
        isInUdp(far);
      }
    }
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.answered()).as(ping.name()).isPositive();
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
  }

  private static String pool(String encapsulation, String ipip, String vxlan) {
    return POOL.formatted("moving", encapsulation, "10.247.0.0/16", ipip, vxlan);
  }

  /** See docs/tunnels.md. */
  private static void isInUdp(String far) {
    assertThat(lab.in("node1", "ip", "route", "get", far)).contains("via 172.30.2.13");
    assertThat(lab.in("node1", "ip", "route", "show", "proto", "80"))
        .contains("dev udp.margay onlink");
    assertThat(lab.in("node1", "ip", "-d", "link", "show", "udp.margay"))
        .contains("mtu 1472", "tun type tun");
    assertThat(lab.in("node1", TestLab.RULES)).contains("8285");
    assertThat(lab.in("moving/here", "ping", "-c", "1", "-W", "5", "-M", "do", "-s", "1372", far))
        .contains(" 0% packet loss");
  }
}
