package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.plan.ForwardingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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
 * Where the kernel has ipip: two nodes whose tunl0 is set by our code, and a third on this
 * machine's kernel whose tunl0 is the forwarder's. {@code -Dtest=UserModeLinuxTest} runs it alone.
 */
@Tag("uml")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UserModeLinuxTest {
  private static final int MEGABYTE = 1 << 20;
  private static final String SUPPORT_KERNEL = "support Found[support=KERNEL";

  private static UmlLab lab;
  private static TestNode third;
  private static Path work;

  @BeforeAll
  static void startNodes(@TempDir Path dir) {
    work = dir;
    lab = UmlLab.in(dir.resolve("lab"));
    lab.start("n1", "n2");
  }

  @AfterAll
  static void stopNodes() {
    if (third != null) {
      third.close();
    }
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
  void theForwarderSpeaksWithTheKernelAndItsHeadersAreTheSame() throws Exception {
    startThird();
    assertThat(third.run("ping", "-q", "-c", "5", "-i", "0.05", "10.244.1.1").orThrow().out())
        .contains(" 0% packet loss");
    List<String> pings = List.of("", " -t 33 -Q 0xb9 -M do", " -Q 0x03 -M dont");
    Child tcpdump = captureRequests(2 * pings.size());
    for (String options : pings) {
      lab.sh("n1", "ping -q -c 1" + options + " 10.244.3.1");
      third.run(("ping -q -c 1" + options + " 10.244.1.1").split(" ", -1)).orThrow();
    }
    assertThat(tcpdump.awaitEnd(Duration.ofSeconds(10))).isTrue();
    List<String> headers = outerHeaders();
    for (int i = 0; i < pings.size(); i++) {
      assertThat(headers.get(2 * i + 1))
          .as("what the forwarder sends for ping%s, beside the kernel's", pings.get(i))
          .isEqualTo(headers.get(2 * i));
    }
  }

  @Test
  @Order(4)
  void aMegabytePassesBothWaysBetweenKernelAndForwarder() throws Exception {
    byte[] bytes = new byte[MEGABYTE];
    new Random(3).nextBytes(bytes);
    Child receiver = lab.program("n1", "socat -u TCP-LISTEN:7001 STDOUT | sha256sum").start();
    try (Socket there = connect("10.244.1.1", 7001)) {
      there.getOutputStream().write(bytes);
    }
    String said = new String(receiver.stdout().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(said).startsWith(sha256(bytes));

    try (ServerSocket server =
        third.netns().call(() -> listen(new InetSocketAddress("10.244.3.1", 7002)))) {
      Child sender =
          lab.program(
                  "n1",
                  "head -c 1048576 /dev/urandom >/tmp/f; sha256sum </tmp/f;"
                      + " socat -u FILE:/tmp/f TCP:10.244.3.1:7002")
              .start();
      try (Socket peer = server.accept()) {
        String sum = sha256(peer.getInputStream().readAllBytes());
        assertThat(new String(sender.stdout().readAllBytes(), StandardCharsets.US_ASCII))
            .startsWith(sum);
      }
    }
  }

  @Test
  @Order(5)
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
  @Order(6)
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

  /** A node on this kernel: a cable into the lab's bridge, an agent, its forwarder. */
  private static void startThird() throws IOException {
    third = TestNode.create();
    String bridge = lab.namespace();
    third.ip("link add e type veth peer name third netns " + bridge);
    run("ip", "-n", bridge, "link", "set", "third", "master", UmlLab.BRIDGE, "up");
    third.ip("addr add 172.18.0.3/24 dev e");
    third.ip("link set e up");
    AgentProcess agent = AgentProcess.start(third, work);
    var table =
        new ForwardingTable(
            Ip4.of("172.18.0.3"),
            Map.of(Prefix.of("10.244.1.0/26"), Ip4.of("172.18.0.1")),
            Set.of(Prefix.of("172.18.0.1/32")));
    agent.want(Ip4.of("10.244.3.1"), 1480, table);
    third.ip("route add 10.244.1.0/26 via 172.18.0.1 dev tunl0 onlink proto 12");
    lab.sh("n1", "ip route add 10.244.3.0/26 via 172.18.0.3 dev tunl0 onlink proto 12");
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

  /** Takes IPIP packets with an echo request inside, as many, from the bridge. */
  private static Child captureRequests(int packets) throws IOException {
    String filter = "ip proto 4 and ip[29] == 1 and ip[40] == 8";
    Child tcpdump =
        Program.of(
                "ip",
                "netns",
                "exec",
                lab.namespace(),
                "tcpdump",
                "-U",
                "-i",
                UmlLab.BRIDGE,
                "-c",
                Integer.toString(packets),
                "-w",
                capture().toString(),
                filter)
            .start();
    var said = new StringBuilder();
    while (said.indexOf("listening on") < 0) {
      int c = tcpdump.stderr().read();
      assertThat(c).as(said.toString()).isNotNegative();
      said.append((char) c);
    }
    return tcpdump;
  }

  /** Headers of the captured packets, a line each, addresses and identification aside. */
  private static List<String> outerHeaders() {
    String fields =
        run(
            "tshark",
            "-r",
            capture().toString(),
            "-o",
            "ip.check_checksum:TRUE",
            "-T",
            "fields",
            "-e",
            "ip.version",
            "-e",
            "ip.hdr_len",
            "-e",
            "ip.dsfield",
            "-e",
            "ip.len",
            "-e",
            "ip.flags",
            "-e",
            "ip.frag_offset",
            "-e",
            "ip.ttl",
            "-e",
            "ip.proto",
            "-e",
            "ip.checksum.status");
    return fields.lines().toList();
  }

  private static Path capture() {
    return work.resolve("requests.pcap");
  }

  private static String run(String... argv) {
    return Program.of(List.of(argv))
        .run(Optional.empty(), Duration.ofSeconds(30))
        .orThrow()
        .out()
        .strip();
  }

  private static Socket connect(String address, int port) {
    return third
        .netns()
        .call(() -> {
          long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
          while (true) {
            try {
              return new Socket(address, port);
            } catch (IOException e) {
              // Its listener is being started on the other kernel.
              if (System.nanoTime() - deadline > 0) {
                throw new UncheckedIOException(e);
              }
            }
          }
        });
  }

  private static ServerSocket listen(InetSocketAddress address) {
    try {
      return new ServerSocket(address.getPort(), 1, address.getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
