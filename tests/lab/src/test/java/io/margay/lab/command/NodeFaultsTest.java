package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.log.EventLog;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A node whose uplink loses its carrier, goes down, or gets another name, and one whose agent
 * cannot listen while routes change faster than the kernel keeps news of it, under pings through
 * IPIP and VXLAN and without a tunnel. Right afterwards its sessions, routes, tunnel devices,
 * neighbours and forwarding entries are as before, and nothing stale is among them; judged by
 * iproute2 and ss.
 */
@Order(2)
@ExtendWith(SharedLab.class)
class NodeFaultsTest {
  private static final EventLog LOG = EventLog.of(NodeFaultsTest.class);
  private static final String NODE = "node1";

  /** The switch's end of the node's cable. */
  private static final String PORT = "ra-node1";

  private static final String MTU = "cat /var/lib/calico/mtu";

  /**
   * What the node's administrator, or a program of his, gives its uplink, which the kernel drops.
   */
  private static final String UP =
      """
      set -e
      ip link set eth0 up
      ip route replace default via 172.30.1.1
      """;

  /** Told of twice each, they are more than the socket's buffer takes. */
  private static final int FOREIGN = 25_000;

  private static final Pattern OVERRUNS =
      Pattern.compile("(?m)^margay_kernel_overruns_total (\\d+)");

  /** What of ours goes meanwhile: routes, a neighbour, a forwarding entry, an address. */
  private static final String BREAK =
      """
      set -e
      ip route show proto bird | head -2 | while read r; do ip route del $r; done
      ip route show proto 80 type unicast | head -1 | while read r; do ip route del $r; done
      ip neigh show dev vxlan.calico nud permanent | head -1 \\
        | while read ip rest; do ip neigh del $ip dev vxlan.calico; done
      bridge fdb show dev vxlan.calico | tail -1 \\
        | while read mac rest; do bridge fdb del $mac dev vxlan.calico self; done
      ip link set tunl0 mtu 1300
      ip route add 10.99.0.0/24 dev tunl0 proto bird
      """;

  /** A device that is made anew has another index. */
  private static final List<String> SHOWS =
      List.of(
          "ip -4 route",
          "ip -br -4 address",
          "ip neigh show dev vxlan.calico nud permanent",
          "bridge fdb show dev vxlan.calico",
          "ip -o -d link show vxlan.calico | sed 's/^[0-9]*: //'",
          "ip -o -d link show tunl0 | sed 's/^[0-9]*: //'",
          "ss -Htn state established '( sport = :179 or dport = :179 )'"
              + " | awk '{print $4}' | grep -o '172[0-9.]*' | sed 's/^/session /'",
          MTU);

  private static TestLab lab;
  private static TunnelLab pods;
  private static Set<String> whole = Set.of();

  @BeforeAll
  static void use(TunnelLab shared) throws Exception {
    pods = shared.populate();
    lab = shared.lab();
    // Three other nodes, BIRD, the router and the watcher.
    await(
        () -> NODE + " speaks with all: " + kernel(), TestLab.SOON, () -> sessions(kernel()) == 6);
    pods.settles(NODE);
    whole = kernel();
    assertThat(whole).contains("1450");
  }

  private final List<Ping> pings = new ArrayList<>();

  @BeforeEach
  void ping() {
    pings.addAll(pods.ping());
  }

  /** What a test that broke off has left, so that the next one has a chance. */
  @AfterEach
  void undo() {
    lab.goOn(NODE);
    lab.in(LabPlan.CONTROL, "ip", "link", "set", PORT, "up");
    lab.in(NODE, "sh", "-c", "ip link show lan0 2>/dev/null && ip link set lan0 name eth0; " + UP);
  }

  @AfterEach
  void stopPings() throws InterruptedException {
    for (Ping ping : pings) {
      LOG.info("lab.uplink.flow", "flow", ping.name(), "report", ping.stopNow());
    }
  }

  @Test
  void aCarrierThatComesBackFindsAllAsItWas() throws Exception {
    lab.in(LabPlan.CONTROL, "ip", "link", "set", PORT, "down");
    await("the kernel noticed", () -> lab.in(NODE, "ip", "route").contains("linkdown"));
    await("nothing gets through", () -> !pods.reaches("i1", "i3"));
    lab.in(LabPlan.CONTROL, "ip", "link", "set", PORT, "up");
    isWholeAgain("carrier", whole);
  }

  @Test
  void anUplinkThatComesUpAgainHasAllThatItHad() throws Exception {
    lab.in(NODE, "ip", "link", "set", "eth0", "down");
    await("nothing gets through", () -> !pods.reaches("i1", "i3"));
    assertThat(lab.in(NODE, "sh", "-c", MTU).strip()).isEqualTo("1450");
    lab.in(NODE, "sh", "-c", UP);
    isWholeAgain("up", whole);
  }

  @Test
  void anAgentThatStartsWithoutAnUplinkKeepsWhatThereIs() throws Exception {
    int said = lab.agentLog(NODE).length();
    lab.in(NODE, "ip", "link", "set", "eth0", "down");
    lab.signalAgent(NODE, "KILL");
    await(
        "another agent has planned",
        () -> lab.agentLog(NODE).substring(said).contains("fib.adopted"));
    assertThat(lab.in(NODE, "sh", "-c", MTU).strip()).isEqualTo("1450");
    assertThat(lab.in(NODE, "ip", "link", "show", "vxlan.calico")).contains("mtu 1450");
    lab.in(NODE, "sh", "-c", UP);
    isWholeAgain("restart", whole);
    assertThat(lab.agentLog(NODE).substring(said)).doesNotContain("mtu.pods");
  }

  @Test
  void aNewNameLosesNothing() throws Exception {
    for (String[] names : new String[][] {{"eth0", "lan0"}, {"lan0", "eth0"}}) {
      lab.in(NODE, "ip", "link", "set", names[0], "name", names[1]);
      isWholeAgain(
          names[1],
          whole.stream()
              .map(line -> line.replace("eth0", names[1]))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.answered()).as(ping.name()).isPositive();
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
    pings.clear();
  }

  @Test
  void whatBrokeWhileNobodyListenedIsMended() throws Exception {
    long before = overruns();
    int said = lab.agentLog(NODE).length();
    lab.signalAgent(NODE, "STOP");
    flood("add");
    lab.in(NODE, "sh", "-c", BREAK);
    flood("del");
    assertThat(kernel()).isNotEqualTo(whole);

    lab.goOn(NODE);
    isWholeAgain("overrun", whole);
    assertThat(overruns()).isGreaterThan(before);
    assertThat(
            lab.agentLog(NODE)
                .substring(said)
                .lines()
                .filter(line -> line.contains("kernel.events.lost")))
        .hasSize(1);
  }

  private static void flood(String verb) {
    lab.in(
        NODE,
        "sh",
        "-c",
        "seq 0 "
            + (FOREIGN - 1)
            + " | awk '{printf \"route "
            + verb
            + " 100.%d.%d.%d/32 via 172.30.1.1 proto static\\n\","
            + " 64 + $1 / 65536, $1 / 256 % 256, $1 % 256}' | ip -batch -");
  }

  private static long overruns() {
    Matcher found =
        OVERRUNS.matcher(
            lab.in(NODE, "sh", "-c", "curl -s -m 20 http://localhost:9091/metrics; true"));
    assertThat(found.find()).as("the metric is there").isTrue();
    return Long.parseLong(found.group(1));
  }

  private static void isWholeAgain(String what, Set<String> expected) throws Exception {
    long since = System.nanoTime();
    await("pods reach each other again", pods::flows);
    LOG.info("lab.uplink", "what", what, "flows", millisSince(since));
    await(
        () -> "as before: " + differences(expected, kernel()),
        TestLab.SOON,
        () -> kernel().equals(expected));
    LOG.info("lab.uplink", "what", what, "whole", millisSince(since));
    pods.settles(NODE);
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }

  private static long sessions(Set<String> kernel) {
    return kernel.stream().filter(line -> line.startsWith("session ")).count();
  }

  private static Set<String> kernel() {
    var lines = new TreeSet<String>();
    lab.in(NODE, "sh", "-c", String.join("; ", SHOWS) + "; true")
        .lines()
        .map(String::strip)
        .forEach(lines::add);
    return lines;
  }

  private static String differences(Set<String> expected, Set<String> found) {
    var gone = new TreeSet<>(expected);
    gone.removeAll(found);
    var more = new TreeSet<>(found);
    more.removeAll(expected);
    return "gone " + gone + ", more " + more;
  }
}
