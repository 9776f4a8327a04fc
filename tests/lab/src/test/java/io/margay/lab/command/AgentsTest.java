package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.plan.LabPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Four real agents: what the demonstration does not show. */
@Order(1)
@ExtendWith(SharedLab.class)
class AgentsTest {
  /** Enough for every node, whatever other tests have put there. */
  private static final String PODS =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 12
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}
      """;

  private static final String ASKING =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: tunnelled}
      spec: {nodeName: node1, containers: [{name: c, ports: [{containerPort: 80, hostPort: 8080}]}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: plain
        annotations: {cni.projectcalico.org/ipv4pools: '["plain-ipv4-ippool"]'}
      spec: {nodeName: node1, containers: [{name: c, ports: [{containerPort: 80}]}]}
      """;

  private static TestLab lab;

  @BeforeAll
  static void use(TestLab shared) {
    lab = shared;
  }

  @Test
  void podsComeAndGoAndLeaveNothing() throws Exception {
    var nodes = List.of("node1", "node2", "node3", "node4");
    List<Traces> before = nodes.stream().map(Traces::of).toList();
    assertThat(lab.manifests("apply", Map.of("web.yaml", PODS))).as(lab.said.toString()).isZero();
    assertThat(nodes.stream().map(Traces::of)).doesNotContainAnyElementsOf(before);
    assertThat(lab.manifests("delete", Map.of("web.yaml", PODS))).as(lab.said.toString()).isZero();
    for (int i = 0; i < nodes.size(); i++) {
      String node = nodes.get(i);
      Traces was = before.get(i);
      await(node + " is as before", () -> Traces.of(node).equals(was));
    }
    String handles = "http://172.31.255.1:6443/apis/crd.projectcalico.org/v1/ipamblocks";
    assertThat(lab.in("control", "curl", "-s", handles)).doesNotContain("\"web-");
  }

  /** What a node's pods leave in its kernel. */
  private record Traces(String node, long routes, long chains, long devices) {
    static Traces of(String node) {
      return new Traces(
          node,
          count(lab.in(node, "ip", "route"), "dev cali"),
          count(lab.in(node, TestLab.RULES), ":cali-tw-"),
          count(lab.in(node, "ip", "-br", "link"), "cali"));
    }

    private static long count(String text, String what) {
      return text.lines().filter(line -> line.contains(what)).count();
    }
  }

  @Test
  void onlyThePoolThatSaysSoIsMasqueraded() throws Exception {
    assertThat(lab.manifests("apply", Map.of("ask.yaml", ASKING))).as(lab.said.toString()).isZero();
    lab.in(LabPlan.ROUTER, TestLab.tool(), "serve", "tcp:8088");
    // The router is a stranger: its addresses are in no pool.
    assertThat(seenAs("default/tunnelled", "172.30.1.1 8088")).isEqualTo("172.30.1.9");
    assertThat(seenAs("default/plain", "172.30.1.1 8088")).isEqualTo(lab.address("default/plain"));
    // Between nodes and pods nobody is anybody else.
    assertThat(seenAs("node1", lab.address("default/plain") + " 80")).isEqualTo("172.30.1.9");
    assertThat(seenAs("node3", lab.address("default/plain") + " 80")).isEqualTo("172.30.2.13");
  }

  @Test
  void aHostPortLeadsToItsPod() throws Exception {
    assertThat(lab.manifests("apply", Map.of("ask.yaml", ASKING))).as(lab.said.toString()).isZero();
    assertThat(seenAs(LabPlan.ROUTER, "172.30.1.9 8080")).isEqualTo("172.30.1.1");
  }

  /** What the other side of a connection sees; the whole answer when there was none. */
  private static String seenAs(String from, String to) {
    String answer =
        lab.in(from, "sh", "-c", "echo tcp " + to + " | " + TestLab.tool() + " probe 2000");
    return answer.strip().replaceFirst("^tcp " + to + " ok ", "");
  }

  // BIRD's own client is the judge.
  @Test
  void birdsClientIsAnswered() throws Exception {
    await(
        "node1 has its sessions",
        () ->
            birdc("node1", "show protocols").lines().filter(l -> l.contains("Estab")).count() == 6);
    assertThat(birdc("node1", "show protocols"))
        .contains("ready.")
        .containsPattern("Mesh_172_30_2_13 BGP +master +up +[0-9:]{8} +Established")
        .containsPattern("Node_172_30_1_1 BGP +master +up ");
    assertThat(birdc("node1", "show status")).contains("Router ID is 172.30.1.9", "up and running");
    assertThat(birdc("node1", "show protocols all Mesh_172_30_2_13"))
        .contains("Neighbor address: 172.30.2.13");
    assertThat(birdc("node1", "show route"))
        .containsPattern(
            "10\\.245\\.\\S+ +via 172.30.1.20 on eth0 \\[Mesh_172_30_1_20 .* \\* \\(100/")
        .containsPattern("10\\.244\\.\\S+ +blackhole \\[static1 .* \\* \\(200\\)");
  }

  @Test
  void processesThatCalicoctlLooksForEndWithTheirAgent() throws Exception {
    String[] standIns = {"sh", "-c", "pgrep -x -a 'calico-felix|bird|bird6' | sort -k 2"};
    String[] names = {"calico-felix", "bird", "bird6"};
    await("they run", () -> lab.in("node4", standIns).lines().count() == 3);
    String before = lab.in("node4", standIns);
    assertThat(before).contains(names);
    lab.signalAgent("node4", "KILL");
    await(
        "others run in their place",
        () -> {
          String now = lab.in("node4", standIns);
          return now.lines().count() == 3 && now.lines().noneMatch(before::contains);
        });
  }

  private static String birdc(String node, String command) {
    return lab.in(node, "/usr/sbin/birdc", "-s", "/var/run/calico/bird.ctl", command);
  }

  @Test
  void aRouteRemovedByHandIsBackWithinASecond() throws Exception {
    String[] show = {"ip", "route", "show", "proto", "bird", "type", "unicast"};
    await("node1 has ways to all others", () -> lab.in("node1", show).lines().count() >= 4);
    String before = lab.in("node1", show);
    String destination = before.substring(0, before.indexOf(' '));
    lab.isMendedInTime(
        () -> lab.in("node1", "ip", "route", "del", destination, "proto", "bird"),
        () -> lab.in("node1", show).equals(before));
  }

  @Test
  void aChainFlushedByHandIsBackWithinASecond() throws Exception {
    String[] count = {"sh", "-c", "(" + TestLab.RULES[2] + ") | grep -- '-A cali-FORWARD' | wc -l"};
    String before = lab.in("node2", count);
    assertThat(before.strip()).isNotIn("", "0");
    String[] flush = {
      "sh", "-c", "iptables-legacy -F cali-FORWARD || iptables-nft -F cali-FORWARD"
    };
    lab.isMendedInTime(() -> lab.in("node2", flush), () -> lab.in("node2", count).equals(before));
  }
}
