package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.WireFormat;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The threads that move packets allocate nothing per packet; both ends in this process. */
class AllocationTest {
  private static final int PACKETS = 20_000;

  /** Several thousand segments, cut on one side and joined on the other. */
  private static final int BYTES = 16 << 20;

  static List<Arguments> wires() {
    return List.of(
        Arguments.of("tunl0", Wire.IPIP),
        Arguments.of(TunnelKey.UDP, new Wire(WireFormat.UDP, ForwarderLaunch.UDP_PORT)));
  }

  @ParameterizedTest
  @MethodSource("wires")
  void movingPacketsAllocatesNothing(String device, Wire wire) {
    try (var pair = new ForwarderPair(device, wire)) {
      ping(pair, PACKETS);
      long before = allocated();
      ping(pair, PACKETS);
      long perThousand = (allocated() - before) * 1000 / PACKETS;
      assertThat(perThousand).as("bytes for a thousand packets through four threads").isZero();
      assertThat(pair.count(pair.near, Counter.RECEIVED_PACKETS)).isEqualTo(2 * PACKETS);
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void cuttingAndJoiningSegmentsAllocatesNothing(String device, Wire wire) throws Exception {
    try (var pair = new ForwarderPair(device, wire)) {
      Transfer.of(BYTES, pair.first, pair.second, "10.244.2.1");
      long before = allocated();
      long packets = pair.count(pair.far, Counter.RECEIVED_PACKETS);
      Transfer.of(BYTES, pair.first, pair.second, "10.244.2.1");
      packets = pair.count(pair.far, Counter.RECEIVED_PACKETS) - packets;
      assertThat(packets).isGreaterThan(BYTES / 1500);
      long perThousand = (allocated() - before) * 1000 / packets;
      assertThat(perThousand).as("bytes for a thousand packets through four threads").isZero();
    }
  }

  private static void ping(ForwarderPair pair, int packets) {
    ProgramResult result =
        pair.first.run("ping", "-q", "-f", "-c", Integer.toString(packets), "10.244.2.1");
    assertThat(result.orThrow().out()).contains(" 0% packet loss");
  }

  /** Bytes that the moving threads have allocated so far. */
  private static long allocated() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    int found = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("tun-to-wire") || thread.getName().equals("wire-to-tun")) {
        bytes += threads.getThreadAllocatedBytes(thread.threadId());
        found++;
      }
    }
    assertThat(found).isEqualTo(4);
    return bytes;
  }
}
