package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Child;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A whole agent that starts on a node as a stopped calico-node 3.32 leaves it ({@link
 * StoppedCalico}), under traffic: nothing that is right is touched, nothing is lost, what a policy
 * forbids never gets through, and what is stale goes when all is known. Then what the agent has is
 * what Calico would take for its own. Judged by ip(8), bridge(8), iptables-save and ping.
 */
@Order(2)
@ExtendWith(SharedLab.class)
class StoppedCalicoTest {
  private static final EventLog LOG = EventLog.of(StoppedCalicoTest.class);
  private static final String NODE = "node1";
  private static final List<String> PODS = List.of("i1", "v1", "guarded");

  private static final String GUARD =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: guarded}
      spec:
        podSelector: {matchLabels: {app: guarded}}
        policyTypes: [Ingress]
        ingress: [{from: [{podSelector: {matchLabels: {app: friend}}}]}]
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: guarded, labels: {app: guarded}}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: friend, labels: {app: friend}}, spec: {nodeName: node3}}
      """;

  /** What packets need, as far as it is not told by those who answer. */
  private static final String SHOW =
      """
      ip route; ip -br -4 addr; ip neigh show nud permanent; bridge fdb show dev vxlan.calico
      for d in tunl0 vxlan.calico INTERFACES; do ip -o -d link show $d; done
      sysctl net.ipv4.ip_forward
      for d in INTERFACES; do sysctl -a 2>/dev/null | grep -E "(conf|neigh)\\.$d\\."; done
      cat /var/lib/calico/nodename /var/lib/calico/mtu
      """;

  /** Each ping is a new connection: no older one lets it through. Ends when its file is gone. */
  private static final String CONNECT =
      "while [ -e /var/log/connecting ]; do"
          + " ping -n -c 1 -W 5 TO >/dev/null && echo answered || echo lost; done"
          + " >/var/log/connections";

  /** What Felix takes for its own, by name. */
  private static final Pattern FELIX_CHAIN = Pattern.compile("cali-.{1,23}");

  private static final Pattern FELIX_RULE =
      Pattern.compile("-A .*-m comment --comment \"?cali:[A-Za-z0-9_-]{16}\"? .*");

  private static final Pattern TIME = Pattern.compile("\\[(\\d{4}-\\d\\d-\\d\\dT[0-9:.]+)] ");

  private static TestLab lab;
  private static TunnelLab pods;
  private final List<Ping> pings = new ArrayList<>();
  private Optional<Child> connecting = Optional.empty();
  private Optional<NodeKernel> watched = Optional.empty();
  private String iptables = "";

  @BeforeAll
  static void use(TunnelLab shared) throws Exception {
    pods = shared.populate();
    lab = shared.lab();
    assertThat(lab.manifests("apply", Map.of("guard.yaml", GUARD)))
        .as(lab.said.toString())
        .isZero();
    await("a friend reaches it", () -> pods.reaches("friend", "guarded"));
    await("nobody else does", () -> !pods.reaches("i3", "guarded"));
    await("the agent is ready", StoppedCalicoTest::isReady);
    pods.settles(NODE);
  }

  /** As the next class wants it, whatever happened. */
  @AfterEach
  void leave() throws Exception {
    lab.goOn(NODE);
    watched.ifPresent(NodeKernel::close);
    for (Ping ping : pings) {
      ping.stopNow();
    }
    try {
      stopConnecting();
    } finally {
      lab.manifests("delete", Map.of("guard.yaml", GUARD));
    }
  }

  private static String sh(String script) {
    return lab.in(NODE, "sh", "-c", script);
  }

  private static boolean isReady() {
    return sh("curl -s -m 20 http://localhost:9099/readiness; true")
        .matches("(?s).*start +ready +ready\\n.*");
  }

  @Test
  void anAgentThatStartsChangesNothingThatIsRight() throws Exception {
    boolean legacy = lab.in(NODE, "iptables-legacy-save").contains(":cali-FORWARD");
    iptables = legacy ? "iptables-legacy" : "iptables-nft";
    lab.signalAgent(NODE, "STOP");
    new StoppedCalico(lab, NODE, iptables).write(PODS, "guarded");
    // The device is new: the kernel makes sure of its own address first, and tells of that.
    await(
        "the VXLAN's own address is there",
        () -> !sh("ip -6 addr show dev vxlan.calico").contains("tentative"));
    Set<String> calicos = kernel();
    Set<String> rules = rules();
    int said = lab.agentLog(NODE).length();
    pings.addAll(pods.ping());
    pings.add(lab.ping("default/i3", "default/i1"));
    pings.add(lab.ping("default/friend", "default/guarded"));
    Ping forbidden = lab.ping("default/i3", "default/guarded");
    pings.add(forbidden);
    connect();
    NodeKernel kernel = NodeKernel.watch(lab, NODE, "-ts monitor route address link neigh");
    watched = Optional.of(kernel);

    lab.endStopped(NODE);
    await(
        "a new agent is ready",
        () -> lab.agentLog(NODE).substring(said).contains("start.phase now=Ready") && isReady());
    await(() -> "what is stale goes: " + stale(), TestLab.SOON, () -> stale().isEmpty());

    PingReport denied = forbidden.stopNow();
    assertThat(denied.sent()).isGreaterThan(100);
    assertThat(denied.answered()).as(forbidden.name() + ": " + denied).isZero();
    pings.remove(forbidden);
    nothingIsLost();
    List<String> told = kernel.hear().stream().filter(StoppedCalicoTest::isOfCalico).toList();
    assertThat(told).isNotEmpty().allMatch(StoppedCalicoTest::isStale);
    assertThat(told.stream().map(StoppedCalicoTest::time))
        .as("stale things go when BGP's peers have told all")
        .allMatch(time -> time.isAfter(logged(said, "bgp.recovered")));
    calicos.removeIf(StoppedCalicoTest::isStale);
    assertThat(kernel()).isEqualTo(calicos);
    areAdopted(rules);
    whatIsThereIsCalicos();
  }

  private void nothingIsLost() throws Exception {
    assertThat(stopConnecting()).hasSizeGreaterThan(100).doesNotContain("lost");
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.sent()).as(ping.name()).isGreaterThan(100);
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
    pings.clear();
  }

  /** Equal texts have equal hashes: such chains need not be written. */
  private void areAdopted(Set<String> felix) {
    Set<String> kept = rules();
    kept.retainAll(felix);
    LOG.info("lab.takeover", "rules", felix.size(), "kept", kept.size(), "these", kept);
    String mine = "-A cali-tw-" + StoppedCalico.interfaceOf("i1") + " ";
    assertThat(kept)
        .as("of a pod that no policy selects")
        .containsAll(felix.stream().filter(rule -> rule.startsWith(mine)).toList());
  }

  /** What Felix and BIRD look for when they come back: names, hashes, protocols. */
  private void whatIsThereIsCalicos() {
    List<String> chains =
        sh(iptables + "-save")
            .lines()
            .filter(line -> line.startsWith(":cali"))
            .map(line -> line.substring(1, line.indexOf(' ')))
            .toList();
    assertThat(chains)
        .contains("cali-pi-knp/default/guarded", "cali-tw-" + StoppedCalico.interfaceOf("i1"))
        .allMatch(chain -> FELIX_CHAIN.matcher(chain).matches());
    assertThat(rules()).allMatch(rule -> FELIX_RULE.matcher(rule).matches());
    assertThat(sh("ipset list -n").lines()).allMatch(set -> set.startsWith("cali40"));
    assertThat(sh("ip route | grep -E '10\\.24[456]\\.'").lines())
        .allMatch(route ->
            route.contains("proto bird")
                || route.contains("proto 80")
                || route.matches("\\S+ dev cali\\w{11} scope link metric 1024\\s*"));
  }

  // --- traffic ---

  private void connect() throws IOException {
    Files.createFile(friendsFile("connecting"));
    String to = lab.address("default/guarded");
    connecting = Optional.of(lab.start("default/friend", "sh", "-c", CONNECT.replace("TO", to)));
  }

  /** What became of each. */
  private List<String> stopConnecting() throws Exception {
    Files.deleteIfExists(friendsFile("connecting"));
    if (connecting.isEmpty()) {
      return List.of();
    }
    assertThat(connecting.get().awaitEnd(TestLab.SOON)).as("the last one ends").isTrue();
    connecting = Optional.empty();
    return Files.readAllLines(friendsFile("connections"));
  }

  private static Path friendsFile(String name) {
    return lab.folder.place("node3").resolve("log").resolve(name);
  }

  // --- what is there ---

  private static Set<String> kernel() {
    String interfaces =
        PODS.stream().map(StoppedCalico::interfaceOf).collect(Collectors.joining(" "));
    return sh(SHOW.replace("INTERFACES", interfaces))
        .lines()
        .map(String::strip)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Those of ours, or Calico's. */
  private Set<String> rules() {
    return sh(iptables + "-save")
        .lines()
        .filter(line -> line.startsWith("-A ") && line.contains("cali"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String stale() {
    return sh(
        "ip route | grep -E '10\\.24[46]\\.(9|10)\\.'; ip neigh show dev vxlan.calico | grep"
            + " 10.246.9.0; bridge fdb show dev vxlan.calico | grep 66:00:00:00:00:09;"
            + " ipset list -n | grep stale; IPTABLES-save | grep -E 'cali-(pri-stale|rpf-skip)'; true"
                .replace("IPTABLES", iptables));
  }

  /** Of what a calico-node has made; neighbours that the kernel learns come and go. */
  private static boolean isOfCalico(String line) {
    boolean learned =
        line.matches(".* (REACHABLE|STALE|DELAY|PROBE|INCOMPLETE|FAILED)\\s*") && !isStale(line);
    return !learned
        && line.matches(".*(\\b10\\.24|\\b(tunl0|vxlan\\.calico)\\b|\\d: cali\\w{11}@).*");
  }

  private static boolean isStale(String line) {
    return line.matches(".*\\b10\\.24[46]\\.(9|10)\\..*") || line.contains("66:00:00:00:00:09");
  }

  private static LocalDateTime time(String line) {
    Matcher time = TIME.matcher(line);
    assertThat(time.find()).as(line).isTrue();
    return LocalDateTime.parse(time.group(1));
  }

  /** When the agent, at this start of it, wrote a line. */
  private static LocalDateTime logged(int said, String event) {
    try {
      String line =
          lab.agentLog(NODE)
              .substring(said)
              .lines()
              .filter(each -> each.contains(event))
              .findFirst()
              .orElseThrow();
      return LocalDateTime.parse(line.substring(0, 23).replace(' ', 'T'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
