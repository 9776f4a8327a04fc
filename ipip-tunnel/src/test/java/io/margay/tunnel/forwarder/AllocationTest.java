package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.wire.Counter;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads that move packets allocate nothing per packet; both ends in this process. */
class AllocationTest {
  private static final int PACKETS = 20_000;

  private ForwarderPair pair;

  @BeforeEach
  void makePair() {
    pair = new ForwarderPair("tunl0", Wire.IPIP);
  }

  @AfterEach
  void removePair() {
    pair.close();
  }

  @Test
  void movingPacketsAllocatesNothing() {
    ping(PACKETS);
    long before = allocated();
    ping(PACKETS);
    long perThousand = (allocated() - before) * 1000 / PACKETS;
    assertThat(perThousand).as("bytes for a thousand packets through four threads").isZero();
    assertThat(pair.count(pair.near, Counter.RECEIVED_PACKETS)).isEqualTo(2 * PACKETS);
  }

  private void ping(int packets) {
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
