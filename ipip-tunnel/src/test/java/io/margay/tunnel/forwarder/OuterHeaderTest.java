package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.forwarder.MixedNodes.Capture;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same packets through the tunl0 of a kernel and through the forwarder's: tshark says that
 * nobody on the wire could tell which of them it was.
 */
@Tag("uml")
class OuterHeaderTest {
  private static final int TUNNEL_MTU = 1480;
  private static final String KERNEL_NODE = "172.18.0.1";
  private static final String FORWARDER_NODE = "172.18.0.3";

  /** All that RFC 2003 and RFC 6040 speak of; addresses aside, which differ by intent. */
  private static final String[] FIELDS = {
    "ip.version",
    "ip.hdr_len",
    "ip.dsfield.dscp",
    "ip.dsfield.ecn",
    "ip.len",
    "ip.flags.rb",
    "ip.flags.df",
    "ip.flags.mf",
    "ip.frag_offset",
    "ip.ttl",
    "ip.proto",
    "ip.checksum.status"
  };

  private static MixedNodes nodes;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    MixedNodes.requireProgram("tshark");
    nodes = MixedNodes.start(folder);
  }

  @AfterAll
  static void stop() {
    if (nodes != null) {
      nodes.close();
    }
  }

  private static List<InnerPacket> packets() {
    var ecn = IntStream.range(0, 4).mapToObj(i -> InnerPacket.of("ECN " + i).withTos(i));
    var ecnAndDscp =
        IntStream.range(0, 4)
            .mapToObj(i -> InnerPacket.of("expedited, ECN " + i).withTos(46 << 2 | i));
    var ttl = Stream.of(1, 2, 255).map(i -> InnerPacket.of("TTL " + i).withTtl(i));
    var fragments =
        Stream.of(
            InnerPacket.of("may be cut").withFragment(0),
            InnerPacket.of("a first piece").withFragment(InnerPacket.MORE_FRAGMENTS),
            InnerPacket.of("a middle piece").withFragment(InnerPacket.MORE_FRAGMENTS | 8),
            InnerPacket.of("a last piece").withFragment(100),
            InnerPacket.of("a piece that must not be cut again")
                .withFragment(InnerPacket.DONT_FRAGMENT | InnerPacket.MORE_FRAGMENTS | 8));
    var sizes =
        IntStream.of(0, 1, 8, 556, TUNNEL_MTU - InnerPacket.HEADER)
            .mapToObj(i -> InnerPacket.of(i + " bytes of payload").withPayload(i));
    var more =
        Stream.of(
            InnerPacket.of("the longest that may be cut")
                .withFragment(0)
                .withPayload(TUNNEL_MTU - InnerPacket.HEADER),
            InnerPacket.of("options").withOptions(8),
            InnerPacket.of("as many options as there can be").withOptions(40));
    return Stream.of(ecn, ecnAndDscp, ttl, fragments, sizes, more).flatMap(s -> s).toList();
  }

  @Test
  void noFieldOfTheOuterHeaderTellsWhoWroteIt() throws Exception {
    List<InnerPacket> packets = packets();
    List<String> kernels = sent(packets, KERNEL_NODE, FIELDS);
    List<String> ours = sent(packets, FORWARDER_NODE, FIELDS);
    for (int i = 0; i < packets.size(); i++) {
      assertThat(ours.get(i))
          .as("%s; the kernel's beside", packets.get(i))
          .isEqualTo(kernels.get(i));
    }
  }

  @Test
  void theIdentificationIsNeverZeroAndGoesOn() throws Exception {
    List<InnerPacket> packets =
        Stream.of(0, InnerPacket.DONT_FRAGMENT, 0, InnerPacket.DONT_FRAGMENT)
            .map(InnerPacket.of("any")::withFragment)
            .toList();
    // The outer one comes first.
    List<String> outer =
        sent(packets, FORWARDER_NODE, "ip.id").stream().map(ids -> ids.split(",", -1)[0]).toList();
    assertThat(outer).doesNotContain("0x0000").doesNotHaveDuplicates();
  }

  /** What tshark says of these packets from one of the two nodes, in that order. */
  private static List<String> sent(List<InnerPacket> packets, String node, String... fields)
      throws Exception {
    MixedNodes.Shell shell = node.equals(KERNEL_NODE) ? nodes.kernel() : nodes.forwarder();
    String file = shell.file("packet");
    Capture capture = nodes.capture(packets.size(), "ip proto 4 and src " + node);
    shell.run(packets.stream().map(p -> p.sending(file)).collect(Collectors.joining("\n")));
    return capture.fields(fields);
  }
}
