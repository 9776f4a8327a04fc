package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.SendBatch;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two forwarder processes carry real packets; ping and tshark judge. */
class ForwardingTest {
  private static TwoNodes nodes;

  @BeforeAll
  static void makeNodes(@TempDir Path dir) throws IOException {
    nodes = new TwoNodes(dir);
  }

  @AfterAll
  static void removeNodes() {
    nodes.close();
  }

  @Test
  void pingsTravelInIpipBetweenTheNodes(@TempDir Path dir) throws Exception {
    Path capture = dir.resolve("wire.pcap");
    Child tcpdump = capture(capture, 2, "ip proto 4");
    assertThat(nodes.ping("-c", "1", "-t", "33", "-Q", "0xb9").succeeded()).isTrue();
    assertThat(tcpdump.awaitEnd(Duration.ofSeconds(10))).isTrue();
    ProgramResult read =
        Program.run(
            List.of(
                "tshark",
                "-r",
                capture.toString(),
                "-T",
                "fields",
                "-E",
                "separator=;",
                "-e",
                "ip.src",
                "-e",
                "ip.dst",
                "-e",
                "ip.proto",
                "-e",
                "ip.ttl",
                "-e",
                "ip.dsfield",
                "-e",
                "ip.flags.df",
                "-e",
                "ip.len",
                "-e",
                "ip.checksum.status"),
            Optional.empty(),
            Duration.ofSeconds(30));
    // Outer, then inner value of each field. An answer of Linux carries no DF.
    assertThat(read.orThrow().out().lines())
        .containsExactly(
            "10.0.0.1,10.244.1.1;10.0.0.2,10.244.2.1;4,1;33,33;0x01,0xb9;1,1;104,84;2,2",
            "10.0.0.2,10.244.2.1;10.0.0.1,10.244.1.1;4,1;64,64;0x01,0xb9;0,0;104,84;2,2");
  }

  @Test
  void aMegabyteOfTcpArrivesWhole() throws Exception {
    transfer(1 << 20);
  }

  /** The judge of what is cut from packets of 64 KiB: tshark finds neither a bad sum nor a gap. */
  @Test
  void segmentsOnTheWireAreWholeAndInOrder(@TempDir Path dir) throws Exception {
    Path capture = dir.resolve("wire.pcap");
    Child tcpdump = capture(capture, 500, "ip proto 4 and dst 10.0.0.2");
    transfer(1 << 20);
    assertThat(tcpdump.awaitEnd(Duration.ofSeconds(10))).isTrue();
    String bad =
        "ip.checksum.status == 0 or tcp.checksum.status == 0 or tcp.analysis.lost_segment or"
            + " ip.len > 1500";
    assertThat(packets(capture, bad)).isEmpty();
    assertThat(packets(capture, "ip.checksum.status == 1 and tcp.checksum.status == 1"))
        .hasSize(500);
    assertThat(packets(capture, "tcp.len == 1428").size()).as("full segments").isGreaterThan(300);
  }

  /** Numbers of the captured packets that a filter of tshark takes. */
  private static List<String> packets(Path capture, String filter) {
    return Program.run(
            List.of(
                "tshark",
                "-r",
                capture.toString(),
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "tcp.check_checksum:TRUE",
                "-Y",
                filter,
                "-T",
                "fields",
                "-e",
                "frame.number"),
            Optional.empty(),
            Duration.ofSeconds(30))
        .orThrow()
        .out()
        .lines()
        .toList();
  }

  @Test
  void segmentsThatTheCardJoinsArriveWhole() throws Exception {
    // As network cards do by default; a veth does it when told so, for senders without TSO.
    assumeTrue(
        nodes.first.run("sh", "-c", "command -v ethtool").succeeded(), "ethtool is not installed");
    nodes.first.run("ethtool", "-K", "e", "tso", "off").orThrow();
    nodes.second.run("ethtool", "-K", "e", "gro", "on").orThrow();
    setNapi(1_000_000, 2);
    long packets = count(2, Counter.RECEIVED_PACKETS);
    long bytes = count(2, Counter.RECEIVED_BYTES);
    try {
      transfer(8 << 20);
    } finally {
      setNapi(0, 0);
      nodes.second.run("ethtool", "-K", "e", "gro", "off").orThrow();
      nodes.first.run("ethtool", "-K", "e", "tso", "on").orThrow();
    }
    packets = count(2, Counter.RECEIVED_PACKETS) - packets;
    bytes = count(2, Counter.RECEIVED_BYTES) - bytes;
    assertThat(bytes / packets).as("bytes of a packet on average").isGreaterThan(1500);
    assertThat(nodes.second.run("nstat", "-asz", "TcpInCsumErrors").orThrow().out())
        .containsPattern("TcpInCsumErrors +0 ");
  }

  /** Lets the second node's card wait for more packets before it hands them up. */
  private static void setNapi(int flushNanos, int deferrals) {
    nodes
        .second
        .run(
            "sh",
            "-ec",
            "echo %d >/sys/class/net/e/gro_flush_timeout; echo %d >/sys/class/net/e/napi_defer_hard_irqs"
                .formatted(flushNanos, deferrals))
        .orThrow();
  }

  private static void transfer(int length) throws Exception {
    Transfer.of(length, nodes.first, nodes.second, TwoNodes.address(2).toString());
  }

  @Test
  void packetsOfStrangersAreDroppedAndCounted() {
    long before = count(2, Counter.DROPPED_UNKNOWN_SOURCE);
    long accepted = count(2, Counter.RECEIVED_PACKETS);
    nodes.first.netns().run(() -> sendForged("10.0.0.99", "10.0.0.2", 3));
    nodes.first.netns().run(() -> sendForged("10.0.0.1", "10.0.0.2", 1));
    awaitCount(2, Counter.RECEIVED_PACKETS, accepted + 1);
    assertThat(count(2, Counter.DROPPED_UNKNOWN_SOURCE)).isEqualTo(before + 3);
  }

  @Test
  void destinationsWithoutANodeAreDroppedAndCounted() {
    long before = count(1, Counter.DROPPED_NO_ROUTE);
    nodes.first.ip("route add 10.244.9.0/26 dev tunl0");
    nodes.first.run("ping", "-q", "-c", "2", "-i", "0.01", "-W", "1", "10.244.9.1");
    awaitCount(1, Counter.DROPPED_NO_ROUTE, before + 2);
  }

  @Test
  void aFloodThatIsDroppedKeepsNoTableFromBeingUsed() throws Exception {
    Child flood =
        Program.of(nodes.first.inside("ping", "-q", "-f", "-l", "50", "10.244.2.9")).start();
    try {
      long before = count(1, Counter.DROPPED_NO_ROUTE);
      assertThat(nodes.forwarder(1).feed(1, blocks(1))).isTrue();
      assertThat(reaches(1, Counter.DROPPED_NO_ROUTE, before + 200)).isTrue();
      assertThat(nodes.forwarder(1).feed(2, TwoNodes.table(1))).isTrue();
      assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
    } finally {
      flood.terminate();
      nodes.forwarder(1).feed(3, TwoNodes.table(1));
    }
  }

  @Test
  void aNarrowPathCutsWhatMayBeCutAndTellsOfTheRest() throws Exception {
    long before = count(1, Counter.DROPPED_TOO_BIG);
    cableMtu(1300);
    try {
      assertThat(nodes.ping("-c", "2", "-i", "0.01", "-s", "1400", "-M", "dont").succeeded())
          .isTrue();
      assertThat(nodes.ping("-c", "1", "-s", "1400", "-M", "do").out())
          .contains("Frag needed and DF set (mtu = 1280)");
      assertThat(count(1, Counter.DROPPED_TOO_BIG)).isEqualTo(before + 1);
      // Without being told, TCP would repeat segments that never arrive.
      transfer(1 << 20);
    } finally {
      cableMtu(1500);
      nodes.first.ip("route flush cache");
    }
  }

  @Test
  void packetsLargerThanTheDeviceArriveToo() {
    assertThat(nodes.ping("-c", "3", "-i", "0.01", "-s", "5000").succeeded()).isTrue();
  }

  @Test
  void tablesAreReplacedUnderTrafficWithoutLoss() throws Exception {
    var pinging = nodes.pinging("-i", "0.002");
    long until = count(1, Counter.SENT_PACKETS) + 300;
    long version = 1000;
    while (count(1, Counter.SENT_PACKETS) < until) {
      assertThat(nodes.forwarder(1).feed(++version, TwoNodes.table(1))).isTrue();
    }
    // Fewer than were sent: the last answers may be under way.
    assertThat(pinging.lost(200)).isZero();
    assertThat(nodes.forwarder(1).status().orElseThrow().version()).hasValue(version);
  }

  @Test
  void itStaysBelow64MiBWithTenThousandRoutes() throws IOException {
    ForwardingTable large = TwoNodes.table(1).keeping(blocks(10_000));
    nodes.forwarder(1).feed(1, large);
    assertThat(nodes.forwarder(1).table()).contains(large);
    assertThat(nodes.ping("-f", "-c", "20000").succeeded()).isTrue();
    long pid = nodes.forwarder(1).status().orElseThrow().pid();
    String rss =
        Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    long kib = Long.parseLong(rss.replaceAll("[^0-9]", ""));
    assertThat(kib).as("KiB resident at most").isLessThan(64 << 10);
  }

  /** A table of so many blocks. */
  private static ForwardingTable blocks(int count) {
    var routes = new HashMap<Prefix, Ip4>();
    for (int i = 0; i < count; i++) {
      routes.put(new Prefix(new Ip4(0x0b000000 + (i << 6)), 26), new Ip4(0x0a010000 + i));
    }
    return new ForwardingTable(Ip4.ANY, routes, Set.of());
  }

  private static void cableMtu(int mtu) {
    nodes.first.ip("link set e mtu " + mtu);
    nodes.second.ip("link set e mtu " + mtu);
  }

  private static long count(int node, Counter counter) {
    return nodes.forwarder(node).status().orElseThrow().counters().get(counter);
  }

  /** Whether a node counts up to there. */
  private static boolean reaches(int node, Counter counter, long expected) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (count(node, counter) < expected && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    return count(node, counter) >= expected;
  }

  private static void awaitCount(int node, Counter counter, long expected) {
    assertThat(reaches(node, counter, expected)).as("%s of node %d", counter, node).isTrue();
    assertThat(count(node, counter)).as("%s of node %d", counter, node).isEqualTo(expected);
  }

  /** Sends IPIP packets with any source. */
  private static void sendForged(String from, String to, int packets) {
    var memory = new PacketMemory(128);
    int inner = 32;
    memory.bytes().put(inner, (byte) 0x45).putShort(inner + 2, (short) 40);
    memory.bytes().put(inner + 8, (byte) 64).put(inner + 9, (byte) 253);
    int source = Ip4.of(from).bits();
    int destination = Ip4.of(to).bits();
    Ipip.wrap(memory.bytes(), inner, 40, source, destination, 1);
    var batch = new SendBatch(memory, 1, 1);
    batch.add(inner - Ipip.HEADER, 60);
    batch.end(destination);
    try (var socket = RawIpSocket.withOwnHeaders()) {
      for (int i = 0; i < packets; i++) {
        assertThat(socket.send(batch, 0, 1)).isEqualTo(1);
      }
    }
  }

  private static Child capture(Path file, int packets, String filter) throws IOException {
    Child tcpdump =
        Program.of(
                nodes.first.inside(
                    "tcpdump",
                    "-U",
                    "-i",
                    "e",
                    "-c",
                    Integer.toString(packets),
                    "-w",
                    file.toString(),
                    filter))
            .start();
    // It says so once it listens.
    var said = new StringBuilder();
    while (said.indexOf("listening on") < 0) {
      int c = tcpdump.stderr().read();
      assertThat(c).as(said.toString()).isNotNegative();
      said.append((char) c);
    }
    return tcpdump;
  }
}
