package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A whole agent that starts on a node where a calico-node ran until now, beside flanneld, Docker
 * and kube-proxy; then the node is cleaned. What a stopped calico-node leaves is what an agent
 * leaves, with other hashes in its rules' comments and with what is stale by now.
 *
 * <p>The last one in its lab: there is no node1 behind it.
 */
@Order(3)
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HandOverTest {
  private static final String NODE = "node1";

  /** What calico-node would take away when it knew that it is stale. */
  private static final String STALE =
      """
      set -e
      ip route add 10.244.9.0/26 via 172.30.2.14 dev tunl0 proto bird metric 1024 onlink
      ip route add 10.246.9.0/26 via 10.246.9.0 dev vxlan.calico proto 80 onlink
      ip route add blackhole 10.244.10.0/26 proto bird
      ip route add 10.244.9.9 dev $(ip -br link | grep -o '^cali[^@]*' | head -1) proto boot metric 1024
      ip neigh add 10.246.9.0 lladdr 66:00:00:00:00:09 dev vxlan.calico nud permanent
      bridge fdb add 66:00:00:00:00:09 dst 172.30.2.99 dev vxlan.calico self permanent
      ipset create cali40s:stale hash:net
      IPTABLES -N cali-pri-stale
      IPTABLES -A cali-pri-stale -j RETURN
      """;

  private static final String OTHERS =
      """
      set -e
      ip link add flannel.1 type vxlan id 1 local 172.30.1.9 dev eth0 dstport 8472 nolearning
      ip addr add 10.42.1.0/32 dev flannel.1
      ip link set flannel.1 up
      ip neigh add 10.42.2.0 lladdr 66:00:00:00:42:02 dev flannel.1 nud permanent
      bridge fdb add 66:00:00:00:42:02 dst 172.30.1.10 dev flannel.1 self permanent
      ip route add 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink
      ip link add cni0 type bridge
      ip addr add 10.42.1.1/24 dev cni0
      ip link set cni0 up
      ip link add docker0 type bridge
      ip addr add 172.17.0.1/16 dev docker0
      ip link set docker0 up
      ip link add kube-ipvs0 type bridge
      ip addr add 10.96.0.1/32 dev kube-ipvs0
      ip route add 198.51.100.0/24 via 172.30.1.1 proto static
      IPTABLES -N FLANNEL-FWD
      IPTABLES -A FLANNEL-FWD -s 10.42.0.0/16 -j ACCEPT
      IPTABLES -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
      """;

  private static final String SHOW_OTHERS =
      """
      ip -o -d link show flannel.1
      for d in flannel.1 cni0 docker0 kube-ipvs0; do
        ip -o link show $d; ip -br -4 addr show $d; ip route show dev $d
      done
      ip neigh show dev flannel.1 nud permanent; bridge fdb show dev flannel.1
      ip route show proto static
      iptables-legacy-save | grep -i flannel || true; iptables-nft-save | grep -i flannel || true
      """;

  /** Anything of ours, or of Calico's. */
  private static final String SHOW_OURS =
      """
      ip route show proto bird; ip route show proto 80
      ip -br link | grep -E '^(cali|vxlan.calico|tunl0)' || true
      iptables-legacy-save | grep -i cali || true; iptables-nft-save | grep -i cali || true
      ipset list -n | grep cali || true
      ls /var/run/calico/forwarder.sock 2>/dev/null || true
      """;

  private static TestLab lab;
  private static TunnelLab pods;
  private static String iptables = "";
  private static Optional<NodeKernel> watched = Optional.empty();

  @BeforeAll
  static void use(TunnelLab shared) throws Exception {
    pods = shared.populate();
    lab = shared.lab();
    await("the agent is ready", HandOverTest::isReady);
    iptables =
        lab.in(NODE, "iptables-legacy-save").contains(":cali-FORWARD")
            ? "iptables-legacy"
            : "iptables-nft";
  }

  @AfterAll
  static void close() {
    watched.ifPresent(NodeKernel::close);
  }

  private static String sh(String script) {
    return lab.in(NODE, "sh", "-c", script.replace("IPTABLES", iptables));
  }

  private static boolean isReady() {
    return sh("curl -s -m 20 http://localhost:9099/readiness; true")
        .matches("(?s).*start +ready +ready\\n.*");
  }

  @Test
  @Order(1)
  void anAgentThatStartsChangesNothingThatIsRight() throws Exception {
    lab.signalAgent(NODE, "STOP");
    sh(OTHERS);
    sh(STALE);
    // As another program wrote them: the same rules, told apart by their comments alone.
    sh(
        "IPTABLES-save | sed 's/\"cali:[A-Za-z0-9_-]*\"/\"cali:0123456789abcdef\"/'"
            + " | IPTABLES-restore");
    String others = sh(SHOW_OTHERS);
    Set<String> routes = lines(sh("ip route"));
    List<Ping> pings = new ArrayList<>(pods.ping());
    pings.add(lab.ping("default/i3", "default/i1"));
    NodeKernel kernel = NodeKernel.watch(lab, NODE);
    watched = Optional.of(kernel);

    lab.endStopped(NODE);
    await(
        "a new one is ready",
        () -> !sh("pgrep -f io.margay.agent.run.Main; true").isEmpty() && isReady());
    await(() -> "what is stale goes: " + stale(), TestLab.SOON, () -> stale().isEmpty());

    assertThat(kernel.hear().stream().filter(HandOverTest::isOfTraffic))
        .isNotEmpty()
        .allMatch(HandOverTest::isStale);
    routes.removeIf(HandOverTest::isStale);
    assertThat(lines(sh("ip route"))).isEqualTo(routes);
    assertThat(sh(SHOW_OTHERS)).isEqualTo(others);
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      assertThat(report.answered()).as(ping.name()).isPositive();
      assertThat(report.lost()).as(ping.name() + ": " + report).isZero();
    }
  }

  @Test
  @Order(2)
  void aCleanedNodeHasNothingOfOursAndAllOfTheOthers() {
    lab.signalAgent(NODE, "STOP");
    String others = sh(SHOW_OTHERS);
    String ours = sh(SHOW_OURS);
    assertThat(cleanup("--dry-run", "--pods"))
        .contains("vxlan.calico", "tunl0", "10.246.", "cali-FORWARD", "cali40all-vxlan-net")
        .doesNotContain("flannel", "docker0", "kube-ipvs0", "198.51.100.0");
    assertThat(sh(SHOW_OURS)).isEqualTo(ours);

    cleanup("--pods", "--force");

    assertThat(sh(SHOW_OURS)).isEmpty();
    assertThat(sh(SHOW_OTHERS)).isEqualTo(others);
  }

  private static String cleanup(String... options) {
    return lab.java(NODE, "io.margay.agent.clean.CleanupMain", options);
  }

  private static Set<String> lines(String text) {
    return text.lines().map(String::strip).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What {@link #STALE} made, as far as it is there. */
  private static String stale() {
    return sh(
        "ip route | grep -E '10\\.24[46]\\.(9|10)\\.'; ip neigh show dev vxlan.calico | grep"
            + " 10.246.9.0; bridge fdb show dev vxlan.calico | grep 66:00:00:00:00:09; ipset list"
            + " -n | grep stale; IPTABLES-save | grep cali-pri-stale; true");
  }

  /** Of routes and addresses that pods' packets need. */
  private static boolean isOfTraffic(String line) {
    return line.matches("(Deleted )?(blackhole )?10\\..*")
        || line.matches(".* (tunl0|vxlan\\.calico) +inet .*");
  }

  private static boolean isStale(String line) {
    return line.matches(".*\\b10\\.24[46]\\.(9|10)\\..*");
  }
}
