package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.lab.plan.Families;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Nodes and pods with IPv4 and IPv6: IPIP and VXLAN beside each other, and pools without either.
 * Judged by iproute2, ping and BIRD.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DualStackTest {
  private static final String POLICY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: only-t2}
      spec:
        podSelector: {matchLabels: {name: t1}}
        policyTypes: [Ingress]
        ingress: [{from: [{podSelector: {matchLabels: {name: t2}}}]}]
      """;

  private static TestLab lab;

  @BeforeAll
  static void build() throws Exception {
    TestLab.isPossible();
    lab = new TestLab().up(Families.DUAL);
    assertThat(lab.manifests("apply", Map.of("pods.yaml", FamilyPods.manifest(Families.DUAL))))
        .as(lab.said.toString())
        .isZero();
    String[][] pairs = {{"t1", "t3"}, {"t1", "t2"}, {"p1", "p3"}, {"p1", "p2"}, {"t3", "p1"}};
    for (Family family : Family.values()) {
      FamilyPods.meet(lab, family, pairs);
    }
  }

  @AfterAll
  static void takeAway() throws InterruptedException {
    if (lab != null) {
      lab.takeAway();
    }
  }

  private static String way(String node, Family family, String pod) {
    return lab.in(node, "ip", "route", "get", FamilyPods.address(lab, pod, family));
  }

  @Test
  void eachFamilyGoesItsOwnWay() throws Exception {
    assertThat(way("node1", Family.IPV4, "t3")).contains("dev tunl0");
    assertThat(way("node1", Family.IPV6, "t3")).contains("dev vxlan-v6.calico");
    assertThat(way("node1", Family.IPV4, "t2")).contains("via 172.30.1.10 dev eth0");
    assertThat(way("node1", Family.IPV6, "t2")).contains("via fd00:30:1::10 dev eth0");
    assertThat(way("node1", Family.IPV4, "p3")).contains("via 172.30.1.1 dev eth0");
    assertThat(way("node1", Family.IPV6, "p3")).contains("via fd00:30:1::1 dev eth0");
    assertThat(lab.in("node1", "ip", "-d", "link", "show", "vxlan-v6.calico"))
        .contains("vxlan id 4096", "local fd00:30:1::9 dev eth0", "dstport 4789", "mtu 1430");
    assertThat(lab.in("node1", "bridge", "fdb", "show", "dev", "vxlan-v6.calico"))
        .contains("dst fd00:30:2::13 self permanent");
    assertThat(lab.in("node1", "ip", "-6", "route", "show", "type", "blackhole"))
        .contains("fd00:10:244:", "fd00:10:245:", "proto bird");
    await(
        "BIRD has routes of both families",
        () -> {
          String routes = lab.in("bird1", "birdc", "show", "route", "primary");
          return routes.contains("10.245.") && routes.contains("fd00:10:245:");
        });
    await(
        "so has the router",
        () -> lab.in(LabPlan.ROUTER, "ip", "-6", "route").contains("fd00:10:245:"));
  }

  /** The least of what IPIP and VXLAN over IPv6 leave: a packet that is as long is not cut. */
  @Test
  void aPodsMtuFitsBothTunnels() {
    assertThat(lab.in("default/t1", "ip", "link", "show", "eth0")).contains("mtu 1430");
    for (Family family : Family.values()) {
      int headers = family == Family.IPV4 ? 28 : 48;
      String to = FamilyPods.address(lab, "t3", family);
      String size = Integer.toString(1430 - headers);
      assertThat(lab.in("default/t1", "ping", "-c", "1", "-W", "5", "-M", "do", "-s", size, to))
          .contains(" 0% packet loss");
    }
  }

  @Test
  void onlyThePoolThatSaysSoIsMasqueraded() {
    lab.in(LabPlan.ROUTER, TestLab.tool(), "serve", "tcp:8088");
    assertThat(seenByTheRouter("t1", "172.30.1.1")).isEqualTo("172.30.1.9");
    assertThat(seenByTheRouter("t1", "fd00:30:1::1")).isEqualTo("fd00:30:1::9");
    assertThat(seenByTheRouter("p1", "172.30.1.1"))
        .isEqualTo(FamilyPods.address(lab, "p1", Family.IPV4));
    assertThat(seenByTheRouter("p1", "fd00:30:1::1"))
        .isEqualTo(FamilyPods.address(lab, "p1", Family.IPV6));
  }

  private static String seenByTheRouter(String pod, String router) {
    return FamilyPods.seenAs(lab, "default/" + pod, router, 8088);
  }

  @Test
  void aPolicyHoldsInBothFamilies() throws Exception {
    for (Family family : Family.values()) {
      assertThat(reaches("t3", "t1", family)).as("before, " + family).isTrue();
    }
    assertThat(lab.manifests("apply", Map.of("policy.yaml", POLICY))).isZero();
    for (Family family : Family.values()) {
      await("t3 is kept out, " + family, () -> !reaches("t3", "t1", family));
      assertThat(reaches("t2", "t1", family)).as("t2, " + family).isTrue();
    }
    assertThat(lab.manifests("delete", Map.of("policy.yaml", POLICY))).isZero();
    for (Family family : Family.values()) {
      await("t3 is let in again, " + family, () -> reaches("t3", "t1", family));
    }
  }

  private static boolean reaches(String from, String to, Family family) {
    String address = FamilyPods.address(lab, to, family);
    String seen = FamilyPods.seenAs(lab, "default/" + from, address, 80);
    return seen.equals(FamilyPods.address(lab, from, family));
  }

  @Test
  void aKilledAgentLosesNothing() throws Exception {
    var pings = new ArrayList<Ping>();
    for (Family family : Family.values()) {
      pings.add(FamilyPods.ping(lab, family, "t1", "t3"));
      pings.add(FamilyPods.ping(lab, family, "t3", "t1"));
      pings.add(FamilyPods.ping(lab, family, "p3", "p1"));
    }
    int starts = started("node1");
    lab.signalAgent("node1", "KILL");
    await("another one serves", () -> started("node1") > starts);
    await("it has its sessions", () -> DualStackTest.sessions("node1") == 12);
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.answered()).as(ping.name()).isPositive();
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
  }

  private static int started(String node) throws Exception {
    return (int) lab.agentLog(node).lines().filter(line -> line.contains("bgp.recovered")).count();
  }

  /** What the kernel knows of them. */
  private static long sessions(String node) {
    return lab.in(node, "ss", "-Htn", "state", "established")
        .lines()
        .filter(
            line -> List.of(line.strip().split("\\s+")).stream().anyMatch(w -> w.endsWith(":179")))
        .count();
  }

  /**
   * The new addresses stand beside the old ones for a while, as an administrator would have it; the
   * router is told of them, as nobody else does that.
   */
  @Test
  @Order(Integer.MAX_VALUE)
  void anAddressThatChangesIsFollowedByAllNodes() throws Exception {
    tellTheRouter("172.30.2.113", "ipv4");
    tellTheRouter("fd00:30:2::113", "ipv6");
    var pings = new ArrayList<Ping>();
    for (Family family : Family.values()) {
      pings.add(FamilyPods.ping(lab, family, "t1", "t3"));
      pings.add(FamilyPods.ping(lab, family, "p3", "p1"));
    }
    change("172.30.2.113/24", "172.30.2.13/24");
    change("fd00:30:2::113/64", "fd00:30:2::13/64");
    for (String node : List.of("node1", "node2", "node4")) {
      await(
          () -> node + " knows node3 by its new addresses only: " + traces(node),
          TestLab.SOON,
          () -> knowsTheNewOnly(traces(node)));
    }
    await(
        () -> "node3's VXLAN starts there: " + lab.in("node3", "ip", "-d", "link"),
        TestLab.SOON,
        () ->
            lab.in("node3", "ip", "-d", "link", "show", "vxlan-v6.calico")
                .contains("local fd00:30:2::113 dev eth0"));
    String[][] pairs = {{"t1", "t3"}, {"p3", "p1"}, {"t3", "p2"}};
    for (Family family : Family.values()) {
      FamilyPods.meet(lab, family, pairs);
    }
    for (Ping ping : pings) {
      PingReport report = ping.stopNow();
      assertThat(report.answered()).as(ping.name()).isPositive();
    }
  }

  private static void tellTheRouter(String address, String family) {
    lab.in(
        LabPlan.ROUTER,
        "vtysh",
        "-c",
        "configure terminal",
        "-c",
        "router bgp " + LabPlan.ROUTER_AS,
        "-c",
        "neighbor " + address + " remote-as " + LabPlan.NODES_AS,
        "-c",
        "neighbor " + address + " timers connect 1",
        "-c",
        "address-family " + family + " unicast",
        "-c",
        "neighbor " + address + " activate");
  }

  private static void change(String to, String from) {
    lab.in(
        "node3",
        "sh",
        "-ec",
        "sysctl -qw net.ipv4.conf.eth0.promote_secondaries=1; ip addr add "
            + to
            + " dev eth0 nodad; ip addr del "
            + from
            + " dev eth0");
  }

  /** Whatever a node's kernel has of node3's addresses: sessions, routes, ends of tunnels. */
  private static List<String> traces(String node) {
    String shown =
        lab.in(
            node,
            "sh",
            "-c",
            "ip route; ip -6 route; bridge fdb show dev vxlan-v6.calico; ss -Htn state established"
                + " | grep ':179'; ipset list cali40all-hosts-net | grep '^172';"
                + " ip6tables-legacy-save | grep fd00:30:2; ipset save | grep 'fd00:30:2::'");
    return shown.lines().filter(DualStackTest::isOfNode3).toList();
  }

  private static boolean knowsTheNewOnly(List<String> traces) {
    return traces.stream().allMatch(line -> line.contains("113"))
        && traces.stream().anyMatch(line -> line.contains("172.30.2.113:"))
        && traces.stream().anyMatch(line -> line.contains("[fd00:30:2::113]:"))
        && traces.stream().anyMatch(line -> line.contains("dst fd00:30:2::113"))
        && traces.stream().anyMatch(line -> line.contains("via 172.30.2.113"));
  }

  private static boolean isOfNode3(String line) {
    return line.contains("172.30.2.13")
        || line.contains("172.30.2.113")
        || line.contains("fd00:30:2::13")
        || line.contains("fd00:30:2::113");
  }
}
