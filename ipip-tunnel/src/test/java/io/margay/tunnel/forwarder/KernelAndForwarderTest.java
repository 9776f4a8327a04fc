package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.Child;
import io.margay.tunnel.wire.Counter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
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

  /** More than a way of 16-bit numbers and windows takes; each packet is cut or joined here. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void manyMegabytesArriveAsTheyWere(Way way) throws Exception {
    Moved before = Moved.of(nodes);
    Child receiving = way.receiver().program(java("take " + PORT)).start();
    way.receiver().run(AWAIT_LISTENER);
    String sent =
        way.sender().run(java("send %s %d %d".formatted(way.destination, PORT, 96 * MEGABYTE)));
    var taken = new String(receiving.stdout().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(taken.strip()).isEqualTo(sent).startsWith(96 * MEGABYTE + " ");
    Moved after = Moved.of(nodes);
    if (way == Way.TO_THE_KERNEL) {
      long packets = after.sent - before.sent;
      assertThat(packets).as("on the wire").isGreaterThan(96 * MEGABYTE / MixedNodes.MTU);
      assertThat(after.outOfDevice - before.outOfDevice).as("segments").isLessThan(packets / 2);
    } else {
      long packets = after.received - before.received;
      assertThat(packets).as("on the wire").isGreaterThan(96 * MEGABYTE / MixedNodes.MTU);
      assertThat(after.intoDevice - before.intoDevice).as("joined").isLessThan(packets);
    }
  }

  /** A shell's command that runs {@link SummedBytes}. */
  private static String java(String arguments) {
    String classes =
        SummedBytes.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return "exec %s/bin/java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp %s %s %s"
        .formatted(
            System.getProperty("java.home"), classes, SummedBytes.class.getName(), arguments);
  }

  /** Packets that the forwarder counts on the wire, and the kernel on its device. */
  private record Moved(long sent, long received, long outOfDevice, long intoDevice) {
    private static final Pattern PACKETS =
        Pattern.compile("\"(rx|tx)\":\\{\"bytes\":\\d+,\"packets\":(\\d+)");

    static Moved of(MixedNodes nodes) {
      var counters = nodes.client().status().orElseThrow().counters();
      Matcher device = PACKETS.matcher(nodes.third.ip("-s -j link show tunl0"));
      var packets = new HashMap<String, Long>();
      while (device.find()) {
        packets.put(device.group(1), Long.valueOf(device.group(2)));
      }
      return new Moved(
          counters.getOrDefault(Counter.SENT_PACKETS, 0L),
          counters.getOrDefault(Counter.RECEIVED_PACKETS, 0L),
          packets.getOrDefault("tx", 0L),
          packets.getOrDefault("rx", 0L));
    }
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
