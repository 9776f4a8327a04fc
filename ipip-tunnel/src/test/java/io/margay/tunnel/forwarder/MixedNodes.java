package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.uml.UmlLab;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.plan.ForwardingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Two nodes on one bridge, one of each kind: tunl0 of 172.18.0.1 is the kernel's, that of
 * 172.18.0.3 the forwarder's. Pods are 10.244.1.0/26 and 10.244.3.0/26, the first of each stands on
 * tunl0. Behind a third node, 172.18.0.9, which is not there, is 10.244.9.0/26.
 */
final class MixedNodes implements AutoCloseable {
  static final String KERNEL = "10.244.1.1";
  static final String FORWARDER = "10.244.3.1";

  /** The name of the node whose kernel has ipip. */
  static final String UML = "n1";

  static final int MTU = 1480;
  private static final String NOWHERE = "10.244.9.0/26";
  private static final String NOBODY = "172.18.0.9";
  private static final String NOBODYS_MAC = "02:00:00:00:00:09";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  final UmlLab lab;
  final TestNode third;
  private final Path dir;

  private MixedNodes(UmlLab lab, TestNode third, Path dir) {
    this.lab = lab;
    this.third = third;
    this.dir = dir;
  }

  /** Starts them, or skips the test with its reason; {@code dir} takes what they write. */
  static MixedNodes start(Path dir) throws IOException {
    UmlLab lab = UmlLab.in(dir.resolve("lab"));
    try {
      lab.start(UML);
      var nodes = new MixedNodes(lab, TestNode.create(), dir);
      try {
        nodes.setUp();
        return nodes;
      } catch (IOException | RuntimeException e) {
        nodes.third.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private void setUp() throws IOException {
    lab.sh(
        UML,
        """
        ip link set tunl0 mtu %d up
        ip addr add %s/32 dev tunl0
        ip neigh add %s lladdr %s dev eth0
        ip route add 10.244.3.0/26 via 172.18.0.3 dev tunl0 onlink proto 12
        ip route add %s via %s dev tunl0 onlink proto 12\
        """
            .formatted(MTU, KERNEL, NOBODY, NOBODYS_MAC, NOWHERE, NOBODY));
    String bridge = lab.namespace();
    third.ip("link add e type veth peer name third netns " + bridge);
    run("ip", "-n", bridge, "link", "set", "third", "master", UmlLab.BRIDGE, "up");
    third.ip("addr add 172.18.0.3/24 dev e");
    third.ip("link set e up");
    third.ip("neigh add " + NOBODY + " lladdr " + NOBODYS_MAC + " dev e");
    AgentProcess agent = AgentProcess.start(third, Files.createDirectory(dir.resolve("third")));
    var table =
        new ForwardingTable(
            Ip4.of("172.18.0.3"),
            Map.of(
                Prefix.of("10.244.1.0/26"),
                Ip4.of("172.18.0.1"),
                Prefix.of(NOWHERE),
                Ip4.of(NOBODY)),
            Set.of(Prefix.of("172.18.0.1/32")));
    agent.want(Ip4.of(FORWARDER), MTU, table);
    third.ip("route add 10.244.1.0/26 via 172.18.0.1 dev tunl0 onlink proto 12");
    third.ip("route add " + NOWHERE + " via " + NOBODY + " dev tunl0 onlink proto 12");
  }

  /** Speaks with the forwarder. */
  ForwarderClient client() {
    return new ForwarderClient(AgentProcess.socket(dir.resolve("third")));
  }

  /** The node whose kernel has ipip. */
  Shell kernel() {
    return new Shell(commands -> lab.program(UML, commands), "/tmp");
  }

  /** The node of the forwarder. */
  Shell forwarder() {
    return new Shell(commands -> Program.of(third.inside("sh", "-ec", commands)), dir.toString());
  }

  /**
   * Runs commands on a node.
   *
   * @param dir where files may be written there
   */
  record Shell(Function<String, Program> starter, String dir) {
    /** What starts them, for those that go on. */
    Program program(String commands) {
      return starter.apply(commands);
    }

    /** Their output; the test fails when they fail. */
    String run(String commands) {
      return program(commands).run(Optional.empty(), LIMIT).orThrow().out().strip();
    }

    String file(String name) {
      return dir + "/" + name;
    }
  }

  /** Skips the test where a program is missing that all distributions have as a package. */
  static void requireProgram(String name) {
    assumeTrue(
        Program.of("sh", "-c", "command -v " + name).run(Optional.empty(), LIMIT).succeeded(),
        () -> "the package " + name + " is not installed");
  }

  /** Starts to take so many packets of a filter from the bridge. */
  Capture capture(int packets, String filter) throws IOException {
    Path file = Files.createTempFile(dir, "bridge", ".pcap");
    var argv = new ArrayList<>(List.of("ip", "netns", "exec", lab.namespace(), "tcpdump", "-U"));
    argv.addAll(List.of("-i", UmlLab.BRIDGE, "-c", Integer.toString(packets)));
    argv.addAll(List.of("-w", file.toString(), filter));
    Child tcpdump = Program.of(argv).start();
    var said = new StringBuilder();
    while (said.indexOf("listening on") < 0) {
      int c = tcpdump.stderr().read();
      assertThat(c).as(said.toString()).isNotNegative();
      said.append((char) c);
    }
    return new Capture(tcpdump, file);
  }

  /** Packets of the bridge, some of them not there yet. */
  record Capture(Child tcpdump, Path file) {
    /**
     * Waits until all are there; these fields of each as tshark reads them, a line a packet. A
     * field that a packet has twice has both values, the outer header's first.
     */
    List<String> fields(String... names) throws InterruptedException {
      assertThat(tcpdump.awaitEnd(Duration.ofSeconds(30))).as("all packets came").isTrue();
      var argv = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-T", "fields"));
      argv.addAll(List.of("-o", "ip.check_checksum:TRUE", "-o", "ip.defragment:FALSE"));
      for (String name : names) {
        argv.addAll(List.of("-e", name));
      }
      return run(argv.toArray(String[]::new)).lines().toList();
    }
  }

  private static String run(String... argv) {
    return Program.of(List.of(argv)).run(Optional.empty(), LIMIT).orThrow().out().strip();
  }

  @Override
  public void close() {
    third.close();
    lab.close();
  }
}
