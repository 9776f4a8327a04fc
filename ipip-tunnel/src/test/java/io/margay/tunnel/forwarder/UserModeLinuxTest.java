package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.uml.UmlLab;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.plan.ForwardingTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the kernel has ipip: two nodes whose tunl0 is set by our code. {@code
 * -Dtest=UserModeLinuxTest} runs it alone.
 */
@Tag("uml")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UserModeLinuxTest {
  private static final String SUPPORT_KERNEL = "support Found[support=KERNEL";

  private static UmlLab lab;

  @BeforeAll
  static void startNodes(@TempDir Path dir) {
    lab = UmlLab.in(dir.resolve("lab"));
    lab.start("n1", "n2");
  }

  @AfterAll
  static void stopNodes() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void ourCodeSetsTheKernelsTunl0AndPodsReachEachOther() {
    lab.sh("n2", "ip addr add 10.9.9.9/24 dev tunl0; ip link set tunl0 mtu 1300");
    IntStream.of(1, 2).parallel().forEach(UserModeLinuxTest::setTunnel);
    assertThat(lab.sh("n1", "ip -d addr show tunl0"))
        .contains("mtu 1480", "UP", "link/ipip", "inet 10.244.1.1/32", "ttl inherit nopmtudisc");
    assertThat(lab.sh("n2", "ip addr show tunl0"))
        .as("another address and MTU were there before")
        .contains("mtu 1480", "inet 10.244.2.1/32")
        .doesNotContain("10.9.9.9");
    assertThat(lab.sh("n1", "ping -q -c 5 -i 0.05 10.244.2.1")).contains(" 0% packet loss");
  }

  @Test
  @Order(2)
  void theDeviceStaysWithoutAddressWhenItIsNotWanted() {
    agent(2, "want 10.244.2.7 1440\nwant nothing\n");
    assertThat(lab.sh("n2", "ip -4 -o addr show tunl0")).isEmpty();
    assertThat(lab.sh("n2", "ip link show tunl0")).contains("link/ipip", "mtu 1440");
  }

  @Test
  @Order(3)
  void flannelsDeviceKeepsItsPacketsAndOursArriveAllTheSame() {
    lab.sh(
        "n2",
        "ip link add flannel.ipip type ipip local 172.18.0.2;"
            + " ip addr add 10.42.2.0/32 dev flannel.ipip;"
            + " ip link set flannel.ipip mtu 1480 up");
    String before = lab.sh("n2", "ip -d addr show flannel.ipip");
    agent(2, "want 10.244.2.1 1480\n");
    lab.sh("n2", "ip route replace 10.244.1.0/26 via 172.18.0.1 dev tunl0 onlink proto 12");
    assertThat(lab.sh("n1", "ping -q -c 5 -i 0.05 10.244.2.1")).contains(" 0% packet loss");
    assertThat(lab.sh("n2", "ip -d addr show flannel.ipip")).isEqualTo(before);
    assertThat(lab.sh("n2", "cat /sys/class/net/flannel.ipip/statistics/rx_packets"))
        .as("the kernel gives the more specific device what is for its address")
        .isNotEqualTo("0");
  }

  @Test
  @Order(4)
  void theKernelsTunl0TakesPacketsByAnyWayOnAStrictHost() {
    lab.sh("n2", "echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter");
    agent(2, "want 10.244.2.1 1480\n");
    assertThat(lab.sh("n2", "cat /proc/sys/net/ipv4/conf/tunl0/rp_filter")).isEqualTo("2");
  }

  private static void setTunnel(int node) {
    assertThat(agent(node, "want 10.244." + node + ".1 1480\n"))
        .contains(SUPPORT_KERNEL)
        .contains("in-sync 0");
    lab.sh(
        "n" + node,
        "ip route add 10.244.%1$d.0/26 via 172.18.0.%1$d dev tunl0 onlink proto 12"
            .formatted(3 - node));
  }

  /** What an agent on a user-mode node says to this input. */
  private static String agent(int node, String input) {
    var argv =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TestAgent.class.getName(),
            "/tmp/forwarder.sock",
            "/tmp/forwarder.log");
    String table =
        TableText.of(new ForwardingTable(Ip4.of("172.18.0." + node), Map.of(), Set.of()));
    return lab.run("n" + node, table + input, argv).orThrow().out();
  }
}
