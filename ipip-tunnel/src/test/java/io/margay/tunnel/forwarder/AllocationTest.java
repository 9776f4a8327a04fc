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
import java.util.concurrent.Callable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The threads that move packets allocate nothing per packet; both ends in this process. */
class AllocationTest {
  private static final int PACKETS = 20_000;

  /** Several thousand segments, cut on one side and joined on the other. */
  private static final int BYTES = 16 << 20;

  /**
   * How often is measured until nothing was allocated. What a thread does for the first time (a way
   * of the code that only a lost packet takes) is linked once and costs some hundred bytes; what
   * each packet costs comes every time.
   */
  private static final int ROUNDS = 5;

  static List<Arguments> wires() {
    return List.of(
        Arguments.of("tunl0", Wire.IPIP),
        Arguments.of(TunnelKey.UDP, new Wire(WireFormat.UDP, ForwarderLaunch.UDP_PORT)));
  }

  @ParameterizedTest
  @MethodSource("wires")
  void movingPacketsAllocatesNothing(String device, Wire wire) throws Exception {
    try (var pair = new ForwarderPair(device, wire)) {
      assertComesToNothing(() -> pings(pair));
      assertThat(pair.count(pair.near, Counter.RECEIVED_PACKETS) % PACKETS).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("wires")
  void cuttingAndJoiningSegmentsAllocatesNothing(String device, Wire wire) throws Exception {
    try (var pair = new ForwarderPair(device, wire)) {
      assertComesToNothing(() -> transfer(pair));
    }
  }

  /** Moves packets, once to warm up, until a round allocates nothing. */
  private static void assertComesToNothing(Callable<Long> packets) throws Exception {
    packets.call();
    long perThousand = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && perThousand > 0; round++) {
      long before = allocated();
      long moved = packets.call();
      perThousand = (allocated() - before) * 1000 / moved;
    }
    assertThat(perThousand).as("bytes for a thousand packets through four threads").isZero();
  }

  /** Returns the number of requests that were answered. */
  private static long pings(ForwarderPair pair) {
    ProgramResult result =
        pair.first.run("ping", "-q", "-f", "-c", Integer.toString(PACKETS), "10.244.2.1");
    assertThat(result.orThrow().out()).contains(" 0% packet loss");
    return PACKETS;
  }

  /** Returns the number of segments that came out of the wire. */
  private static long transfer(ForwarderPair pair) throws Exception {
    long before = pair.count(pair.far, Counter.RECEIVED_PACKETS);
    Transfer.of(BYTES, pair.first, pair.second, "10.244.2.1");
    long packets = pair.count(pair.far, Counter.RECEIVED_PACKETS) - before;
    assertThat(packets).isGreaterThan(BYTES / 1500);
    return packets;
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
