package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The threads that move packets allocate nothing per packet; both ends in this process. */
class AllocationTest {
  private static final int PACKETS = 20_000;

  private TestNode first;
  private TestNode second;
  private Forwarder near;
  private Forwarder far;

  @BeforeEach
  void makeNodes() {
    first = TestNode.create();
    second = TestNode.create();
    first.cable("e", "10.0.0.1/24", second, "10.0.0.2/24");
    near = forwarder(first, 1);
    far = forwarder(second, 2);
  }

  @AfterEach
  void removeNodes() {
    for (Forwarder forwarder : List.of(near, far)) {
      forwarder.dropDevice();
      forwarder.close();
    }
    first.close();
    second.close();
  }

  @Test
  void movingPacketsAllocatesNothing() {
    ping(PACKETS);
    long before = allocated();
    ping(PACKETS);
    long perThousand = (allocated() - before) * 1000 / PACKETS;
    assertThat(perThousand).as("bytes for a thousand packets through four threads").isZero();
    assertThat(near.counters().get(Counter.RECEIVED_PACKETS)).isEqualTo(2 * PACKETS);
  }

  private void ping(int packets) {
    ProgramResult result =
        first.run("ping", "-q", "-f", "-c", Integer.toString(packets), "10.244.2.1");
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

  private static Forwarder forwarder(TestNode node, int number) {
    int other = 3 - number;
    var forwarder =
        node.netns()
            .call(() ->
                new Forwarder(
                    "tunl0",
                    1,
                    fault -> {
                      throw new AssertionError(fault);
                    }));
    node.ip("addr add 10.244." + number + ".1/32 dev tunl0");
    node.ip("link set tunl0 mtu 1480 up");
    node.ip("route add 10.244." + other + ".0/26 dev tunl0");
    forwarder.use(
        new Table(
            1,
            new LookupTable.Builder()
                .local(Ip4.of("10.0.0." + number))
                .route(Prefix.of("10.244." + other + ".0/26"), Ip4.of("10.0.0." + other))
                .source(Prefix.of("10.0.0." + other + "/32"))
                .build()));
    return forwarder;
  }
}
