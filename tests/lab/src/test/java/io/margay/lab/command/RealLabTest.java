package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.cluster.AuditLog;
import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs;
import io.margay.cluster.Programs.Availability;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.peer.Session;
import io.margay.lab.plan.LabPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Four real agents at a real API server, with the rights of the chart and no others. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealLabTest {
  private static final List<String> NODES = List.of("node1", "node2", "node3", "node4");
  private static final String AGENT = "system:serviceaccount:kube-system:calico-node";
  private static final String ELECTED = "done by this agent";

  /** From the death of the elected agent to the next one. */
  private static final Duration HANDOVER = Duration.ofSeconds(15);

  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: near, labels: {app: asks}}, spec: {nodeName: node1,
       containers: [{name: c, image: none, ports: [{containerPort: 80}]}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: other}, spec: {nodeName: node2,
       containers: [{name: c, image: none, ports: [{containerPort: 80}]}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: far, labels: {app: answers}}, spec: {nodeName: node3,
       containers: [{name: c, image: none, ports: [{containerPort: 80}]}]}}
      """;

  private static final String POLICY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: one-may-ask}
      spec:
        podSelector: {matchLabels: {app: answers}}
        ingress: [{from: [{podSelector: {matchLabels: {app: asks}}}], ports: [{port: 80}]}]
      """;

  private static final String CONTROLLERS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: calico-kube-controllers-1, namespace: kube-system,
       labels: {k8s-app: calico-kube-controllers}}, spec: {nodeName: node2,
       containers: [{name: c, image: none}]}}
      """;

  /** One that is always new, one that is filled in once. */
  private static final String REPORTS =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: CalicoNodeStatus
      metadata: {name: all}
      spec: {node: node1, classes: [Agent, BGP, Routes], updatePeriodSeconds: 1}
      ---
      apiVersion: crd.projectcalico.org/v1
      kind: CalicoNodeStatus
      metadata: {name: once}
      spec: {node: node1, classes: [BGP], updatePeriodSeconds: 0}
      """;

  private static final String REPORT = "caliconodestatuses.crd.projectcalico.org";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TestLab LAB = new TestLab();
  private static Programs programs;

  @BeforeAll
  static void up() throws Exception {
    TestLab.isPossible();
    programs =
        switch (ProgramCache.standard().obtain(System.out::println)) {
          case Availability.Ready(Programs ready) -> ready;
          case Availability.Missing(String reason) -> abort(reason);
        };
    LAB.up(ApiChoice.REAL, true);
    apply("apply", REPORTS);
  }

  @AfterAll
  static void down() throws InterruptedException {
    LAB.takeAway();
  }

  @Test
  @Order(1)
  void podsReachEachOtherAndAPolicyHolds() throws Exception {
    String[] summary = {"vtysh", "-c", "show bgp ipv4 unicast summary json"};
    await(
        "the router is in session with all nodes",
        () ->
            Session.ofFrr(LAB.in("router", summary)).stream().filter(Session::established).count()
                >= NODES.size());
    apply("apply", PODS);
    String far = LAB.address("default/far");
    await("near reaches far", () -> reaches("default/near", far));
    await("other reaches far", () -> reaches("default/other", far));
    apply("apply", POLICY);
    await("other does not any more", () -> !reaches("default/other", far));
    assertThat(reaches("default/near", far)).isTrue();
    apply("delete", POLICY);
    await("other does again", () -> reaches("default/other", far));
    apply("delete", PODS);
  }

  @Test
  @Order(2)
  void theNextAgentDoesTheChoresSoonAfterTheDeathOfTheElected() throws Exception {
    String first = elected();
    LAB.signalAgent(first, "KILL");
    Duration took = await("another one is elected", () -> isElectedBesides(first));
    assertThat(took).isLessThan(HANDOVER);
    await("the one that came back follows", () -> page(first).contains("done by " + elected()));
  }

  @Test
  @Order(3)
  void anAgentThatWasStoppedIsNotElectedWhenItGoesOn() throws Exception {
    String first = elected();
    LAB.signalAgent(first, "STOP");
    try {
      Duration took = await("another one is elected", () -> isElectedBesides(first));
      assertThat(took).isLessThan(HANDOVER);
    } finally {
      LAB.goOn(first);
    }
    // Whatever it asks first, it does not take itself for the elected one.
    String elected = LAB.in(first, "curl", "-s", "http://localhost:9091/metrics");
    assertThat(elected).contains("margay_chore_elected 0");
    await("it follows", () -> page(first).contains("done by " + elected()));
  }

  // By now the agent has looked for such objects.
  @Test
  @Order(4)
  void aNodesReportIsWhatItsKernelAndPeersHave() throws Exception {
    await("node1 is reported", () -> report("all").at("/bgp/numberEstablishedV4").asInt() == 6);
    JsonNode all = report("all");
    assertThat(all.at("/agent/birdV4").properties())
        .extracting(Object::toString)
        .contains("state=\"Ready\"", "routerID=\"172.30.1.9\"");
    assertThat(all.at("/bgp/numberNotEstablishedV4").asInt()).isZero();
    assertThat(all.at("/bgp/peersV4"))
        .extracting(peer -> words(peer, "peerIP", "type", "state"))
        .contains(
            "172.30.1.10 NodeMesh Established",
            "172.30.1.1 NodePeer Established",
            "172.30.1.30 GlobalPeer Established");
    assertThat(all.at("/routes/routesV4"))
        .extracting(route ->
            words(route, "type", "destination", "gateway", "interface")
                + " "
                + words(route.path("learnedFrom"), "sourceType", "peerIP"))
        .contains(
            "FIB " + blockOf("node1", "type blackhole") + " N/A blackhole Static ",
            "FIB "
                + blockOf("node1", "via 172.30.1.10")
                + " 172.30.1.10 eth0 NodeMesh 172.30.1.10");
    await("once is reported", () -> report("once").has("bgp"));
    assertThat(report("once").properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("bgp", "lastUpdated");
    String before = sessionOf("once", "172.30.1.10");
    LAB.signalAgent("node2", "KILL");
    await("the new session is reported", () -> isAnother("all", "172.30.1.10", before));
    assertThat(sessionOf("once", "172.30.1.10")).as("of period 0").isEqualTo(before);
    kubectl(
        "patch", REPORT, "once", "--type=merge", "-p", "{\"spec\":{\"updatePeriodSeconds\":1}}");
  }

  @Test
  @Order(5)
  void whereCalicosControllersRunNobodyIsElected() throws Exception {
    elected();
    apply("apply", CONTROLLERS);
    for (String node : NODES) {
      await(
          node + " stands back", () -> page(node).contains("calico-kube-controllers-1 does them"));
    }
    apply("delete", CONTROLLERS);
    await("one is elected again", () -> isElectedBesides("nobody"));
  }

  // No agent was started anew since it was given another one.
  @Test
  @Order(6)
  void aReportWithAnotherPeriodIsMadeByIt() throws Exception {
    await("it is of now, too", () -> report("once").at("/bgp").equals(report("all").at("/bgp")));
  }

  @Test
  @Order(7)
  void nothingThatTheAgentsAskedWasDenied() {
    List<AuditLog.Request> asked =
        new AuditLog(LAB.folder.directory().resolve("cp/log/audit.log"))
            .requests().stream().filter(request -> request.user().equals(AGENT)).toList();
    assertThat(asked).isNotEmpty().allMatch(AuditLog.Request::allowed);
    assertThat(asked)
        .extracting(AuditLog.Request::roleResource)
        .contains(
            "pods/status",
            "nodes/status",
            "ipamblocks",
            "blockaffinities",
            "leases",
            "caliconodestatuses");
  }

  @Test
  @Order(8)
  void underCalicosOwnRoleAnAgentRunsWithoutChoresAndSaysWhichRightItLacks() throws Exception {
    kubectl("delete", "rolebinding", "margay-leases", "-n", "kube-system");
    for (String node : NODES) {
      await(
          node + " says what it lacks",
          () -> page(node).contains("allow get, create and update of Lease \"kube-system/margay"));
      assertThat(LAB.agentLog(node)).contains("chore.forbidden");
      assertThat(page(node)).contains("leases.coordination.k8s.io").doesNotContain("not ready");
    }
    apply("apply", PODS);
    String far = LAB.address("default/far");
    await("near reaches far", () -> reaches("default/near", far));
  }

  // --- how it is seen ---

  private static boolean isElectedBesides(String node) {
    return NODES.stream()
        .filter(each -> !each.equals(node))
        .anyMatch(each -> page(each).contains(ELECTED));
  }

  /** The node whose agent does the chores; waits until one does. */
  private static String elected() throws Exception {
    await("one is elected", () -> isElectedBesides("nobody"));
    return NODES.stream().filter(node -> page(node).contains(ELECTED)).findFirst().orElseThrow();
  }

  /** The status of a CalicoNodeStatus, as kubectl reads it. */
  private static JsonNode report(String name) throws Exception {
    return JSON.readTree(kubectl("get", REPORT, name, "-o", "json")).path("status");
  }

  /** State and age of a session, in a report of node1. */
  private static String sessionOf(String report, String peer) throws Exception {
    for (JsonNode row : report(report).at("/bgp/peersV4")) {
      if (row.path("peerIP").asText().equals(peer)) {
        return words(row, "state", "since");
      }
    }
    return "";
  }

  private static boolean isAnother(String report, String peer, String than) throws Exception {
    String session = sessionOf(report, peer);
    return session.startsWith("Established") && !session.equals(than);
  }

  private static String words(JsonNode row, String... names) {
    return Arrays.stream(names).map(name -> row.path(name).asText()).collect(joining(" "));
  }

  /** The network of a node's route of BGP, as its kernel has it. */
  private static String blockOf(String node, String which) {
    var show = new ArrayList<>(List.of("ip", "route", "show", "proto", "bird"));
    show.addAll(List.of(which.split(" ")));
    String route = LAB.in(node, show.toArray(String[]::new));
    return List.of(route.replace("blackhole ", "").split("\\s+")).getFirst();
  }

  private static String page(String node) {
    return LAB.in(node, "sh", "-c", "curl -s -m 5 http://localhost:9099/readiness; true");
  }

  private static boolean reaches(String from, String to) {
    String probe = "echo tcp " + to + " 80 | " + TestLab.tool() + " probe 1000";
    return LAB.in(from, "sh", "-c", probe).contains(" ok ");
  }

  private static void apply(String verb, String manifest) throws Exception {
    assertThat(LAB.manifests(verb, Map.of("some.yaml", manifest))).as(LAB.said.toString()).isZero();
  }

  private static String kubectl(String... arguments) {
    var argv = new ArrayList<>(List.of(programs.kubectl().toString()));
    argv.add("--kubeconfig=" + LAB.folder.directory().resolve("cp/admin.kubeconfig"));
    argv.addAll(List.of(arguments));
    return LAB.in(LabPlan.CONTROL, argv.toArray(String[]::new));
  }
}
