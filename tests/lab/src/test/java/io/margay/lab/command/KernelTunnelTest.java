package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Agents on nodes whose kernels have IPIP: they use those and no forwarder, and follow a pool and a
 * node's address. Judged by iproute2, ping, checksums and what tcpdump sees between the nodes.
 */
@Tag("uml")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KernelTunnelTest {
  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ");
  private static final int MEGABYTES = 32;

  private static KernelNodes nodes;

  @BeforeAll
  static void start(@TempDir Path dir) throws Exception {
    nodes = KernelNodes.start(dir);
  }

  @AfterAll
  static void stop() {
    if (nodes != null) {
      nodes.close();
    }
  }

  private static String other(String node) {
    return KernelNodes.NAMES.get(2 - KernelNodes.number(node));
  }

  /** Waits until both send to each other's tunnel address in this way; %s is the other node. */
  private static void routed(String way) throws Exception {
    for (String node : KernelNodes.NAMES) {
      routed(node, way.formatted("172.18.0." + KernelNodes.number(other(node))));
    }
  }

  private static void routed(String node, String way) throws Exception {
    String to = nodes.tunnelAddress(other(node));
    nodes.await(
        node,
        to + " " + way,
        () -> nodes.sh(node, "ip route get " + to + " || true").startsWith(to + " " + way));
  }

  private static void pings(String node) {
    String to = nodes.tunnelAddress(other(node));
    assertThat(nodes.sh(node, "ping -q -c 10 -i 0.05 -W 5 " + to)).contains(" 0% packet loss");
  }

  @Test
  @Order(1)
  void theKernelsTunnelIsUsedAndNoForwarder() throws Exception {
    routed("via %s dev tunl0");
    for (String node : KernelNodes.NAMES) {
      assertThat(nodes.sh(node, "ip -d link show tunl0"))
          .contains("link/ipip", "mtu 1480", "ttl inherit nopmtudisc", "UP");
      assertThat(nodes.sh(node, "ls /var/run/calico; ps -eo args"))
          .contains("io.margay.agent.run.Main")
          .doesNotContain("forwarder", "ForwarderMain");
      pings(node);
    }
  }

  @Test
  @Order(2)
  void whatIsSentThroughItArrivesAsItWas() {
    for (String node : KernelNodes.NAMES) {
      String to = nodes.tunnelAddress(other(node));
      nodes.sh(
          other(node),
          "(socat -u TCP-LISTEN:7003,reuseaddr STDOUT | sha256sum >/tmp/taken.new;"
              + " mv /tmp/taken.new /tmp/taken) >/dev/null 2>&1 </dev/null &"
              + " until ss -Hltn | grep -q :7003; do sleep 0.05; done");
      String sent =
          nodes.sh(
              node,
              "head -c %dM /dev/urandom >/tmp/bytes; sha256sum </tmp/bytes;".formatted(MEGABYTES)
                  + " socat -u FILE:/tmp/bytes TCP:"
                  + to
                  + ":7003; rm /tmp/bytes");
      assertThat(
              nodes.sh(
                  other(node),
                  "until [ -e /tmp/taken ]; do sleep 0.05; done; cat /tmp/taken; rm /tmp/taken"))
          .isEqualTo(sent);
      long moved =
          Long.parseLong(nodes.sh(node, "cat /sys/class/net/tunl0/statistics/tx_bytes").strip());
      assertThat(moved).as("through tunl0").isGreaterThan((long) MEGABYTES << 20);
    }
  }

  @Test
  @Order(3)
  void aPoolsModeIsFollowedUnderTraffic() throws Exception {
    String to = nodes.tunnelAddress("n2");
    nodes.sh("n1", "ping -n -i 0.05 " + to + " >/tmp/ping 2>&1 </dev/null &");
    assertThat(seen("ip proto 4")).contains("IP 172.18.0.1 > 172.18.0.2: IP ", "echo request");
    nodes.pool("CrossSubnet");
    routed("via %s dev eth0");
    assertThat(seen("icmp and host " + to)).contains("> " + to + ": ICMP echo request");
    nodes.pool("Always");
    routed("via %s dev tunl0");
    assertThat(seen("ip proto 4")).contains("IP 172.18.0.1 > 172.18.0.2: IP ", "echo request");
    assertThat(lost(nodes.sh("n1", "pkill -INT ping; cat /tmp/ping"))).isZero();
  }

  @Test
  @Order(4)
  void anotherAddressOfANodeIsFollowed() throws Exception {
    nodes.sh(
        "n2",
        "sysctl -qw net.ipv4.conf.eth0.promote_secondaries=1;"
            + " ip addr add 172.18.0.22/24 dev eth0; ip addr del 172.18.0.2/24 dev eth0");
    routed("n1", "via 172.18.0.22 dev tunl0");
    routed("n2", "via 172.18.0.1 dev tunl0");
    KernelNodes.NAMES.forEach(KernelTunnelTest::pings);
  }

  /** What tcpdump says of the next packets between the nodes. */
  private static String seen(String filter) {
    return nodes.bridge("timeout", "30", "tcpdump", "-nn", "-c", "4", "-i", "br0", filter);
  }

  /** Pings without an answer although a later one had it. */
  private static int lost(String said) {
    var answered = new TreeSet<Integer>();
    Matcher matcher = ANSWER.matcher(said);
    while (matcher.find()) {
      answered.add(Integer.valueOf(matcher.group(1)));
    }
    assertThat(answered).as(said).hasSizeGreaterThan(20);
    return answered.last() - answered.size();
  }
}
