package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An agent that ends suddenly at steps of its start, each start some steps later than the one
 * before, with something to mend in the kernel: nothing that is right is taken away meanwhile, no
 * packet is lost, and the start that goes through makes all of it as it was.
 */
class CrashPointsTest {
  private static final String NODE = "node1";

  /**
   * Places in the order in which a start comes by them. Between two lists the agent comes up: peers
   * keep the routes of one that restarts for two minutes only.
   */
  private static final List<List<String>> ALL =
      List.of(
          List.of(
              "io.margay.agent.run.Agent.begin",
              "io.margay.agent.run.Dataplane.watch end",
              "io.margay.agent.run.Dataplane.start",
              "io.margay.route.target.RouteTarget.look end",
              "io.margay.tunnel.device.DeviceTarget.dump end",
              "io.margay.policy.apply.IptablesTarget.dump end"),
          List.of(
              "io.margay.route.target.RouteTarget.apply",
              "io.margay.route.target.RouteTarget.apply end",
              "io.margay.tunnel.device.DeviceTarget.apply end",
              "io.margay.policy.apply.IptablesTarget.apply",
              "io.margay.policy.apply.IptablesTarget.apply end"),
          List.of(
              "io.margay.agent.run.StartActions.releasePolicy",
              "io.margay.agent.run.StartActions.releasePolicy end",
              "io.margay.agent.run.StartActions.serveCni",
              "io.margay.agent.run.StartActions.serveCni end",
              "io.margay.agent.run.StartActions.startBgp"),
          List.of("io.margay.agent.run.Dataplane.releaseRoutes"),
          List.of("io.margay.agent.run.Dataplane.releaseRoutes end"));

  /** One of each kind: all seen and nothing done, half applied, served before peers are heard. */
  private static final List<List<String>> SOME =
      List.of(
          List.of(
              "io.margay.policy.apply.IptablesTarget.dump end",
              "io.margay.route.target.RouteTarget.apply end",
              "io.margay.policy.apply.IptablesTarget.apply end",
              "io.margay.agent.run.StartActions.serveCni end"),
          List.of("io.margay.agent.run.Dataplane.releaseRoutes"));

  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: here}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: beside}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: near}, spec: {nodeName: node2}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: far}, spec: {nodeName: node3}}
      """;

  /** Where a node's agent looks for its points, and the same file as this process has it. */
  private static final String FILE = "/var/log/crash-points";

  @TempDir private static Path directory;
  private static TestLab lab;
  private Optional<NodeKernel> watched = Optional.empty();

  @BeforeAll
  static void build() throws Exception {
    TestLab.isPossible();
    Path jar = directory.resolve("crash.jar");
    CrashAgent.pack(jar);
    lab = new TestLab().upWith("-javaagent:" + jar + "=" + FILE);
    assertThat(lab.manifests("apply", Map.of("pods.yaml", PODS))).as(lab.said.toString()).isZero();
    await("all sessions are up", () -> sessions() == 6);
    await("the agent is ready", () -> readiness().matches("(?s).*start +ready +ready\\n.*"));
  }

  @AfterAll
  static void takeAway() throws InterruptedException {
    if (lab != null) {
      lab.takeAway();
    }
  }

  /** A test that broke off may have left places to end at. */
  @AfterEach
  void letItStart() throws IOException {
    watched.ifPresent(NodeKernel::close);
    Files.deleteIfExists(points());
  }

  @Test
  void aStartThatEndsAtSomePlacesLosesNothing() throws Exception {
    outlives(SOME);
  }

  @Test
  @Tag("long")
  void aStartThatEndsAnywhereLosesNothing() throws Exception {
    outlives(ALL);
  }

  private void outlives(List<List<String>> lists) throws Exception {
    List<Ping> pings =
        List.of(
            lab.ping("default/far", "default/here"),
            lab.ping("default/here", "default/far"),
            lab.ping("default/near", "default/here"),
            lab.ping("default/here", "default/beside"));
    Set<String> before = NodeKernel.of(lab, NODE);
    String unused = unusedBlock();
    NodeKernel kernel = NodeKernel.watch(lab, NODE);
    watched = Optional.of(kernel);

    for (List<String> points : lists) {
      endAt(points, unused);
      await(
          () -> "the kernel is as before: " + NodeKernel.of(lab, NODE),
          Duration.ofMinutes(3),
          () -> NodeKernel.of(lab, NODE).equals(before));
      await("all sessions are up again", () -> sessions() == 6);
    }

    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.sent()).as(ping.name()).isGreaterThan(1000);
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
    // What we took away ourselves is all that went.
    assertThat(kernel.deletions()).allMatch(line -> line.contains(unused));
  }

  /** Kills the agent; each start of it ends at the next of these places, the one behind lives. */
  private static void endAt(List<String> points, String unused) throws Exception {
    int said = lab.agentLog(NODE).length();
    Files.write(points(), points);
    lab.signalAgent(NODE, "KILL");
    for (String point : points) {
      // The start before may have mended all before it ended; without work nothing is applied.
      Pace breaking = new Pace(() -> breakSomething(unused));
      await(
          () -> "the agent ends at " + point,
          Duration.ofMinutes(3),
          () -> {
            breaking.goOn();
            return lab.agentLog(NODE).substring(said).contains(CrashAgent.SAID + " " + point);
          });
    }
  }

  private static Path points() {
    return lab.folder.place(NODE).resolve("log/crash-points");
  }

  /** Does something at once, and then once a second. */
  private static final class Pace {
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final Runnable what;
    private long last = System.nanoTime() - PAUSE;

    Pace(Runnable what) {
      this.what = what;
    }

    void goOn() {
      if (System.nanoTime() - last >= PAUSE) {
        what.run();
        last = System.nanoTime();
      }
    }
  }

  /** Nothing that a packet of the pings needs. */
  private static void breakSomething(String unused) {
    lab.in(NODE, "sh", "-c", "ip route del " + unused + " || true");
    lab.in(NODE, "ip", "link", "set", "tunl0", "mtu", "1300");
    lab.in(
        NODE,
        "sh",
        "-c",
        "for i in legacy nft; do iptables-$i -S cali-FORWARD 2>/dev/null | grep -q -- -A"
            + " && iptables-$i -A cali-FORWARD -m comment --comment stray -j RETURN; done; true");
  }

  /** A block of another node that nobody pings. */
  private static String unusedBlock() {
    return lab.in(NODE, "ip", "route", "show", "proto", "bird", "type", "unicast")
        .lines()
        .filter(line -> line.contains("172.30.2.14"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElseThrow();
  }

  private static long sessions() {
    return lab.in(
            NODE,
            "sh",
            "-c",
            "/usr/sbin/birdc -s /var/run/calico/bird.ctl show protocols 2>&1; true")
        .lines()
        .filter(line -> line.contains("Estab"))
        .count();
  }

  private static String readiness() {
    return lab.in(NODE, "sh", "-c", "curl -s -m 20 http://localhost:9099/readiness; true");
  }
}
