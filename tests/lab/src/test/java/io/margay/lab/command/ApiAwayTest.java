package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.plan.LabPlan;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The API server goes away under agents that run, and one of them is killed twice meanwhile: what
 * is in the kernel stays, is looked after, and all that waited is done when the server is back.
 */
@Order(1)
@ExtendWith(SharedLab.class)
class ApiAwayTest {
  private static final String SERVER = "http://172.31.255.1:6443";

  private static final String NODE = "node1";

  /** Where an agent keeps its last image of the cluster. */
  private static final String MEMORY = "/var/lib/calico/margay-image.jsonl";

  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: stays}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: far}, spec: {nodeName: node3}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: neighbour}, spec: {nodeName: node2}}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: plain
        annotations: {cni.projectcalico.org/ipv4pools: '["plain-ipv4-ippool"]'}
      spec: {nodeName: node1}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: plain-far
        annotations: {cni.projectcalico.org/ipv4pools: '["plain-ipv4-ippool"]'}
      spec: {nodeName: node3}
      """;

  private static final String LEAVER =
      "{apiVersion: v1, kind: Pod, metadata: {name: leaver}, spec: {nodeName: node1}}";

  private static final String LATECOMER =
      "{apiVersion: v1, kind: Pod, metadata: {name: latecomer}, spec: {nodeName: node1}}";

  private static TestLab lab;
  private Optional<NodeKernel> watched = Optional.empty();

  @BeforeAll
  static void use(TestLab shared) {
    lab = shared;
  }

  @AfterEach
  void bringBack() {
    serverIsBack();
    watched.ifPresent(NodeKernel::close);
  }

  @Test
  void theKernelServesOnAndAllThatWaitedIsDone() throws Exception {
    apply("apply", PODS + "---\n" + LEAVER);
    List<Ping> pings =
        List.of(
            lab.ping("default/far", "default/stays"),
            lab.ping("default/stays", "default/far"),
            lab.ping("default/plain-far", "default/plain"),
            lab.ping("default/neighbour", "default/stays"));
    await(
        "the agent has written down all pods",
        () -> lab.in(NODE, "cat", MEMORY).contains("\"plain-far\""));
    int said = lab.agentLog(NODE).length();
    serverIsAway();
    await("the agent says so", () -> since(said).contains("kube.api.failing server=" + SERVER));
    assertThat(page("liveness")).endsWith("200");
    assertThat(page("readiness")).endsWith("200").containsPattern("api +ready +in sync, stale: ");
    handsAreStillUndone();

    // Its interface goes at once; the API server hears of it later.
    apply("delete", LEAVER);
    assertThat(blocks()).contains("leaver");

    Set<String> before = NodeKernel.of(lab, NODE);
    NodeKernel kernel = NodeKernel.watch(lab, NODE);
    watched = Optional.of(kernel);
    killedItServesWhatItRemembers();
    // The image on disk still has the pod that left: chains for it come back, and with them numbers
    // of the dispatch rules change.
    List<String> stays = before.stream().filter(line -> !line.contains("-wl-dispatch ")).toList();
    assertThat(NodeKernel.of(lab, NODE)).containsAll(stays);
    killedWithoutMemoryItWaits();
    assertThat(NodeKernel.of(lab, NODE)).containsAll(stays);

    serverIsBack();
    // A peer that is not back yet is waited for two minutes (decision 0022).
    await(
        ApiAwayTest::whyNotReady,
        Duration.ofMinutes(3),
        () -> page("readiness").matches("(?s).*start +ready +ready\\n.*200"));
    assertThat(page("liveness")).endsWith("200");
    await("the DEL is done", () -> !blocks().contains("leaver"));
    await("the kernel is as before", () -> NodeKernel.of(lab, NODE).equals(before));
    assertThat(kernel.deletions()).isEmpty();

    apply("apply", LATECOMER);
    assertThat(lab.in("default/far", "ping", "-c1", "-W5", lab.address("default/latecomer")))
        .contains("1 received");
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.sent()).as(ping.name()).isGreaterThan(100);
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
    apply("delete", PODS + "---\n" + LATECOMER);
  }

  /** Routes and chains that somebody removes come back without the server. */
  private static void handsAreStillUndone() throws Exception {
    String[] show = {"ip", "route", "show", "proto", "bird", "type", "unicast"};
    String routes = lab.in(NODE, show);
    // A block that nobody pings.
    String unused =
        routes.lines().filter(line -> line.contains("172.30.2.14")).findFirst().orElseThrow();
    String destination = unused.substring(0, unused.indexOf(' '));
    lab.isMendedInTime(
        () -> lab.in(NODE, "ip", "route", "del", destination, "proto", "bird"),
        () -> lab.in(NODE, show).equals(routes));
    String[] rules = {"sh", "-c", "(" + TestLab.RULES[2] + ") | grep -- '-A cali-FORWARD'"};
    String chain = lab.in(NODE, rules);
    String[] flush = {
      "sh", "-c", "iptables-legacy -F cali-FORWARD || iptables-nft -F cali-FORWARD"
    };
    lab.isMendedInTime(
        () -> lab.in(NODE, flush),
        () -> lab.in(NODE, "sh", "-c", rules[2] + "; true").equals(chain));
  }

  private static void killedItServesWhatItRemembers() throws Exception {
    int said = kill();
    await("it serves what it remembers", () -> since(said).contains("now=Recovering"));
    assertThat(since(said)).contains("kube.warm.used");
    assertThat(page("liveness")).endsWith("200");
    assertThat(page("readiness")).contains("serves the cluster as it was");
  }

  private static void killedWithoutMemoryItWaits() throws Exception {
    // Written when an image has changed: none does.
    lab.in(NODE, "rm", MEMORY);
    int said = kill();
    await("it waits", () -> since(said).contains("kube.warm.none"));
    assertThat(page("liveness")).endsWith("200");
    assertThat(page("readiness"))
        .endsWith("503")
        .contains("waits for the objects of the API server")
        .containsPattern("api +not ready +not in sync yet, .*server " + SERVER);
  }

  /** Ends the agent; how much it had logged until its successor says which server fails. */
  private static int kill() throws Exception {
    int said = lab.agentLog(NODE).length();
    lab.signalAgent(NODE, "KILL");
    await("it says which", () -> since(said).contains("kube.api.failing server=" + SERVER));
    return said;
  }

  private static String since(int said) throws Exception {
    return lab.agentLog(NODE).substring(said);
  }

  // --- the server ---

  /** As if its process had ended: connections break, new ones are refused. */
  private static void serverIsAway() {
    lab.in(
        LabPlan.CONTROL,
        "iptables",
        "-I",
        "INPUT",
        "-i",
        "mgmt",
        "-p",
        "tcp",
        "--dport",
        "6443",
        "-j",
        "REJECT",
        "--reject-with",
        "tcp-reset");
    lab.in(LabPlan.CONTROL, "ss", "-K", "-tn", "sport = :6443");
  }

  private static void serverIsBack() {
    lab.in(LabPlan.CONTROL, "iptables", "-F", "INPUT");
  }

  private static String blocks() {
    return lab.in(
        LabPlan.CONTROL, "curl", "-s", SERVER + "/apis/crd.projectcalico.org/v1/ipamblocks");
  }

  /** What the agent says of itself, and behind it the status code: 000 when it says nothing. */
  private static String whyNotReady() {
    try {
      String log = lab.agentLog(NODE);
      return "ready: " + page("readiness") + log.substring(Math.max(0, log.length() - 8000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String page(String name) {
    String url = "http://localhost:9099/" + name;
    return lab.in(NODE, "sh", "-c", "curl -s -m 20 -w '%{http_code}' " + url + "; true");
  }

  private static void apply(String verb, String manifest) throws Exception {
    assertThat(lab.manifests(verb, Map.of("pods.yaml", manifest))).as(lab.said.toString()).isZero();
  }
}
