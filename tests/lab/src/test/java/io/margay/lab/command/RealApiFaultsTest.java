package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs.Availability;
import io.margay.foundation.addr.Ip;
import io.margay.lab.daemon.LabClient;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A real API server fails under real agents while pods ping each other across nodes: no ping is
 * lost, no route changes, and afterwards each agent knows what kubectl says and holds no more than
 * before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealApiFaultsTest {
  private static final List<String> NODES = List.of("node1", "node2", "node3", "node4");

  /** Files and threads that come and go by themselves: idle connections, pools. */
  private static final int IDLE = 8;

  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: east}, spec: {nodeName: node1,
       containers: [{name: c, image: none}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: near}, spec: {nodeName: node2,
       containers: [{name: c, image: none}]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: far}, spec: {nodeName: node3,
       containers: [{name: c, image: none}]}}
      """;

  private static TestLab lab;
  private static Cluster cluster;
  private static int scenes;

  /** What each agent held before one of the scenes, where it was least. */
  private static final Map<String, Integer> LEAST = new HashMap<>();

  private final Map<String, Integer> said = new HashMap<>();
  private Map<String, String> routes = Map.of();
  private List<Ping> pings = List.of();

  @BeforeAll
  static void build() throws Exception {
    TestLab.isPossible();
    if (ProgramCache.standard().obtain(System.out::println)
        instanceof Availability.Missing(String reason)) {
      System.out.println("lab: skipped: " + reason);
      abort(reason);
    }
    lab = new TestLab().up(ApiChoice.REAL, true);
    cluster = Cluster.of(lab);
    assertThat(lab.manifests("apply", Map.of("pods.yaml", PODS))).as(lab.said.toString()).isZero();
  }

  @AfterAll
  static void takeAway() throws InterruptedException {
    if (lab != null) {
      lab.takeAway();
    }
  }

  @BeforeEach
  void lookBefore() throws Exception {
    scenes++;
    cluster.create("ServiceAccount", "goes-" + scenes);
    awaitKnowledge();
    for (String node : NODES) {
      said.put(node, lab.agentLog(node).length());
    }
    routes = routes();
    held().forEach((node, held) -> LEAST.merge(node, held, Math::min));
    pings = List.of(ping("east", "far"), ping("far", "near"), ping("near", "east"));
  }

  @AfterEach
  void lookAfter() throws Exception {
    cluster.isReachedDirectly();
    awaitKnowledge();
    await("some answers", () -> pings.stream().allMatch(ping -> ping.answers() > 100));
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.sent()).as(ping.name()).isGreaterThan(100);
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
    assertThat(routes()).isEqualTo(routes);
  }

  private static void awaitKnowledge() throws Exception {
    await("each agent knows what kubectl says", () -> cluster.isKnownBy(NODES));
  }

  private static Ping ping(String from, String to) {
    String pod = "default/" + from;
    String address = lab.address("default/" + to);
    return Ping.start(from + " -> " + to, argv -> lab.entering(pod, argv), Ip.of(address));
  }

  private static Map<String, String> routes() {
    var routes = new HashMap<String, String>();
    NODES.forEach(node -> routes.put(node, lab.in(node, "ip", "-j", "route")));
    return routes;
  }

  /** Open files and threads of each agent, together. */
  private static Map<String, Integer> held() {
    var held = new HashMap<String, Integer>();
    for (String node : NODES) {
      String count =
          lab.in(
              node,
              "sh",
              "-c",
              "p=/proc/$(pgrep -o -f '^[^ ]*java .*io.margay.agent.run.Main'); ls $p/fd $p/task |"
                  + " wc -l");
      held.put(node, Integer.parseInt(count.strip()));
    }
    return held;
  }

  private void awaitLog(String line) throws Exception {
    for (String node : NODES) {
      await(
          node + " says " + line,
          () -> lab.agentLog(node).substring(said.get(node)).contains(line));
    }
  }

  private static void api(String deed) throws Exception {
    assertThat(
            LabClient.ask(
                lab.folder.socket(), TestLab.verb("api").put("deed", deed), lab.said::add))
        .as(lab.said.toString())
        .isZero();
  }

  private static void thingsHappen() {
    cluster.delete("ServiceAccount", "goes-" + scenes);
    cluster.create("ServiceAccount", "comes-" + scenes);
  }

  /** Once for all scenes: threads that were needed in one are idle for a minute before they end. */
  @Test
  @Order(Integer.MAX_VALUE)
  void nothingMoreIsHeldBehindThemAll() throws Exception {
    await(
        () -> "nothing more is held than " + LEAST + ", now " + held(),
        Duration.ofMinutes(2),
        () -> {
          Map<String, Integer> now = held();
          return NODES.stream().allMatch(node -> now.get(node) <= LEAST.get(node) + IDLE);
        });
  }

  @Test
  void killed() throws Exception {
    api("kill");
    awaitLog("error=\"cannot connect\"");
    api("start");
    thingsHappen();
  }

  @Test
  void paused() throws Exception {
    pausedFor(Duration.ofSeconds(5));
  }

  @Test
  @Tag("long")
  void pausedForAMinute() throws Exception {
    pausedFor(Duration.ofMinutes(1));
  }

  private static void pausedFor(Duration pause) throws Exception {
    api("pause");
    try {
      Thread.sleep(pause);
    } finally {
      api("resume");
    }
    thingsHappen();
  }

  @Test
  void broken() throws Exception {
    cluster.isReachedThroughAProxyThatSays("refuse 500");
    thingsHappen();
    awaitLog("500 refused by the fault proxy");
  }

  @Test
  void historyIsForgotten() throws Exception {
    cluster.isReachedThroughAProxyThatSays("refuse 503");
    thingsHappen();
    api("compact");
    api("kill");
    api("start");
    awaitLog("503 refused by the fault proxy");
  }

  @Test
  void definitionIsDeletedAndMadeAnew() throws Exception {
    String crd = "bgpfilters.crd.projectcalico.org";
    cluster.kubectl("delete", "crd", crd);
    awaitLog("kube.crd.missing crd=" + crd);
    thingsHappen();
    cluster.restoreDefinitions();
    awaitLog("kube.crd.found crd=" + crd);
  }
}
