package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Flows of numbered datagrams from the first node's pod network to the second's. No more are under
 * way at a time than the receiver's buffer takes.
 */
final class NumberedFlows implements AutoCloseable {
  private static final int PORT = 7777;
  private static final int WAVE = 128;
  private static final int BYTES = 64;
  private static final long LIMIT = 20_000_000_000L;

  private final TestNode first;
  private final DatagramChannel receiver;
  private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
  private int packets;

  NumberedFlows(TestNode first, TestNode second) {
    this.first = first;
    // A thread of a forwarder may change its processor between two packets; the cable must not make
    // another order of that. This is a setting of the receiving ends.
    second.run("sh", "-c", "echo 1 >/sys/class/net/e/queues/rx-0/rps_cpus").orThrow();
    // Until it is known where the other node is, packets wait, and others may pass them by.
    first.run("ping", "-c", "1", "10.244.2.1").orThrow();
    receiver = second.netns().call(() -> bound("10.244.2.1", PORT));
  }

  private static DatagramChannel bound(String address, int port) {
    try {
      var channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(address, port)).configureBlocking(false);
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many were sent. */
  int packets() {
    return packets;
  }

  /** Sends so many packets of each of so many flows; each must arrive once, in its flow's order. */
  void run(int count, int each) throws IOException {
    List<DatagramChannel> senders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // As Linux chooses ports for connections: every other one.
      int port = 40_000 + 2 * i;
      senders.add(first.netns().call(() -> bound("10.244.1.1", port)));
    }
    int[] arrived = new int[count];
    var there = new InetSocketAddress("10.244.2.1", PORT);
    int waiting = 0;
    for (int number = 0; number < each; number++) {
      for (int flow = 0; flow < count; flow++) {
        bytes.clear().putInt(0, flow).putInt(4, number);
        assertThat(senders.get(flow).send(bytes, there)).isEqualTo(BYTES);
        packets++;
        waiting++;
        if (waiting == WAVE || (number == each - 1 && flow == count - 1)) {
          receive(waiting, arrived);
          waiting = 0;
        }
      }
    }
    assertThat(receiver.receive(bytes.clear())).as("one more").isNull();
    for (DatagramChannel sender : senders) {
      sender.close();
    }
  }

  private void receive(int count, int[] arrived) throws IOException {
    long deadline = System.nanoTime() + LIMIT;
    for (int i = 0; i < count; ) {
      if (receiver.receive(bytes.clear()) == null) {
        assertThat(System.nanoTime() - deadline).as("%d of %d came", i, count).isNegative();
        Thread.onSpinWait();
        continue;
      }
      int flow = bytes.getInt(0);
      assertThat(bytes.getInt(4)).as("number of flow %d", flow).isEqualTo(arrived[flow]);
      arrived[flow]++;
      i++;
    }
  }

  @Override
  public void close() throws IOException {
    receiver.close();
  }
}
