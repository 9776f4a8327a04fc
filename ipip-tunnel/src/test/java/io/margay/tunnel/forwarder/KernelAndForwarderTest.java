package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.Child;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traffic between a tunl0 of a kernel and the forwarder's, both ways. */
@Tag("uml")
class KernelAndForwarderTest {
  private static final int PORT = 7003;
  private static final int MEGABYTE = 1 << 20;

  private static final Pattern RECEIVED =
      Pattern.compile("\"sum_received\":\\{[^}]*\"bytes\":(\\d+)");

  /** A shell's command that ends when somebody listens. */
  private static final String AWAIT_LISTENER =
      "until ss -Hltn | grep -q :" + PORT + "; do sleep 0.05; done";

  private static MixedNodes nodes;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    nodes = MixedNodes.start(folder);
  }

  @AfterAll
  static void stop() {
    if (nodes != null) {
      nodes.close();
    }
  }

  /** From whom to whom. */
  enum Way {
    TO_THE_KERNEL(MixedNodes.KERNEL),
    TO_THE_FORWARDER(MixedNodes.FORWARDER);

    final String destination;

    Way(String destination) {
      this.destination = destination;
    }

    /** A shell where packets come from. */
    MixedNodes.Shell sender() {
      return this == TO_THE_KERNEL ? nodes.forwarder() : nodes.kernel();
    }

    /** A shell where packets arrive. */
    MixedNodes.Shell receiver() {
      return this == TO_THE_KERNEL ? nodes.kernel() : nodes.forwarder();
    }
  }

  /** What fits exactly, and what is cut into seven before the tunnel. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void pingsOfAnySizeAreAnswered(Way way) {
    for (String size : List.of("-s 0", "-s 56", "-s 1452 -M do", "-s 9000 -M dont")) {
      assertThat(way.sender().run("ping -q -c 3 -i 0.05 -W 5 " + size + " " + way.destination))
          .as(size)
          .contains(" 0% packet loss");
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aMegabyteArrivesAsItWas(Way way) throws Exception {
    String listen = "socat -u TCP-LISTEN:" + PORT + ",reuseaddr STDOUT | sha256sum";
    Child receiving = way.receiver().program(listen).start();
    way.receiver().run(AWAIT_LISTENER);
    String file = way.sender().file("sent");
    String sum =
        way.sender()
            .run(
                "head -c %1$d /dev/urandom >%2$s; socat -u FILE:%2$s TCP:%3$s:%4$d; sha256sum <%2$s"
                    .formatted(MEGABYTE, file, way.destination, PORT));
    var said = new String(receiving.stdout().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(said.strip()).isEqualTo(sum);
  }

  /** What is under way when all is sent does not count: some megabytes in buffers. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void aTcpConnectionFillsTheTunnel(Way way) {
    assertThat(received(way, "-n 24M -C cubic")).isGreaterThan(8 * MEGABYTE);
  }

  /** Datagrams may be lost where both ends share a processor; the tunnel goes on. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void datagramsPass(Way way) {
    assertThat(received(way, "-u -b 4M -l 1400 -n 1M")).isPositive();
  }

  /** Bytes that arrive, of what iperf3 sends with these options. */
  private static long received(Way way, String options) {
    MixedNodes.requireProgram("iperf3");
    way.receiver().run("iperf3 -s -1 -D -p " + PORT + " >/dev/null 2>&1; " + AWAIT_LISTENER);
    String report =
        way.sender().run("iperf3 -J -p %d -c %s %s".formatted(PORT, way.destination, options));
    Matcher bytes = RECEIVED.matcher(report.replaceAll("\\s", ""));
    assertThat(bytes.find()).as(report).isTrue();
    return Long.parseLong(bytes.group(1));
  }
}
