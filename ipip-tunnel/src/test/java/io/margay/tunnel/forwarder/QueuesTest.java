package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderQueues;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.WireFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forwarders with several queues. */
@Timeout(120)
class QueuesTest {
  private static final Wire UDP = new Wire(WireFormat.UDP, ForwarderLaunch.UDP_PORT);

  /** Nanoseconds. */
  private static final long LIMIT = 5_000_000_000L;

  @TempDir private Path dir;

  static Stream<Arguments> wiresAndNumbers() {
    return Stream.of(Wire.IPIP, UDP)
        .flatMap(wire -> Stream.of(2, 4).map(queues -> Arguments.of(wire, queues)));
  }

  @ParameterizedTest
  @MethodSource("wiresAndNumbers")
  void eachPacketArrivesOnceAndThoseOfAFlowInOrder(Wire wire, int queues) throws Exception {
    try (var pair = new ForwarderPair(device(wire), wire, queues);
        var flows = new NumberedFlows(pair.first, pair.second)) {
      flows.run(32, 100);
      long sent = awaitCounted(pair);
      assertThat(sent).as("each is sent once").isGreaterThanOrEqualTo(flows.packets());
      assertThat(loads(pair.near)).as("sent").filteredOn(load -> load.sent() > 100).hasSize(queues);
      assertThat(loads(pair.far)).filteredOn(load -> load.received() > 100).hasSize(queues);
    }
  }

  /**
   * How many were sent when just as many had arrived. A packet is counted behind its send, so that
   * the other end may be sooner, and the kernel may send one of its own in between.
   */
  private static long awaitCounted(ForwarderPair pair) {
    long deadline = System.nanoTime() + LIMIT;
    while (true) {
      long sent = pair.count(pair.near, Counter.SENT_PACKETS);
      long received = pair.count(pair.far, Counter.RECEIVED_PACKETS);
      if (sent == received) {
        return sent;
      }
      assertThat(System.nanoTime() - deadline).as(sent + " sent, " + received).isNegative();
    }
  }

  @ParameterizedTest
  @MethodSource("wiresAndNumbers")
  void transfersArriveWholeInBothDirections(Wire wire, int queues) throws Exception {
    try (var pair = new ForwarderPair(device(wire), wire, queues)) {
      for (int i = 0; i < 4; i++) {
        Transfer.of(2 << 20, pair.first, pair.second, "10.244.2.1");
        Transfer.of(2 << 20, pair.second, pair.first, "10.244.1.1");
      }
      assertThat(pair.second.run("nstat", "-asz", "TcpInCsumErrors").orThrow().out())
          .containsPattern("TcpInCsumErrors +0 ");
      assertThat(loads(pair.near)).filteredOn(load -> load.sent() > 0).hasSizeGreaterThan(1);
    }
  }

  /** Of which each queue has a share, and all of them together what one has. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void nodesWithOtherNumbersUnderstandEachOther(int other) throws Exception {
    for (Wire wire : List.of(Wire.IPIP, UDP)) {
      try (var pair = new ForwarderPair(device(wire), wire, 2, other);
          var flows = new NumberedFlows(pair.first, pair.second)) {
        flows.run(16, 50);
        Transfer.of(1 << 20, pair.second, pair.first, "10.244.1.1");
      }
    }
  }

  @Test
  void segmentsAreLeftToEachQueue() {
    try (var pair = new ForwarderPair(TunnelKey.TUNL0, Wire.IPIP, 2)) {
      String features = pair.first.run("ethtool", "-k", TunnelKey.TUNL0).orThrow().out();
      assertThat(features).contains("tx-tcp-segmentation: on");
      assertThat(pair.first.ip("-d link show tunl0")).contains("multi_queue numqueues 2");
    }
  }

  @Test
  void aDeviceThatWasMadeForOneStaysSoUntilItIsMadeAnew() {
    try (var node = TestNode.create()) {
      close(open(node, 1));
      assertThat(count(node, 2)).isEqualTo(1);
      assertThat(node.ip("-d link show tunl0")).doesNotContain("multi_queue");
      node.ip("link del tunl0");
      assertThat(count(node, 2)).isEqualTo(2);
    }
  }

  @Test
  void aDeviceThatWasMadeForSeveralTakesOneOrAnyNumber() {
    try (var node = TestNode.create()) {
      close(open(node, 2));
      assertThat(count(node, 1)).isEqualTo(1);
      assertThat(count(node, 3)).isEqualTo(3);
      try (Ends one = open(node, 1)) {
        assertThat(one.descriptors()).as("as of one that knows no queues").hasSize(2);
      }
    }
  }

  @Test
  void allDescriptorsAreHandedOverInTheOrderOfQueues() {
    try (var node = TestNode.create();
        Ends ends = open(node, 2)) {
      List<Fd> all = ends.descriptors();
      assertThat(all).hasSize(6).doesNotHaveDuplicates();
      QueueEnds second = ends.queues().getLast();
      assertThat(all.subList(3, 6))
          .containsExactly(second.reader().fd(), second.writer().fd(), second.socket().fd());
      assertThat(second.writer().isWriter()).isTrue();
    }
  }

  @Test
  void otherThanAllOfEachQueueIsNotTakenOver() {
    try (var node = TestNode.create();
        Ends ends = open(node, 2)) {
      List<Fd> all = ends.descriptors();
      assertThat(refusal(all.subList(0, 4))).contains("4 descriptors came, not 2, nor 3");
      assertThat(refusal(List.of(all.get(0), all.get(3), all.get(2))))
          .contains("one to read came where one to write is needed");
      assertThat(refusal(List.of(all.get(1), all.get(2)))).contains("one to read came where");
      assertThat(refusal(List.of(all.get(0), all.get(1), all.get(1))))
          .contains("take over a socket");
    }
  }

  /** Why copies of these are not taken over. */
  private String refusal(List<Fd> handed) {
    Path there = dir.resolve("handed");
    try (var here = DescriptorSocket.bound(there)) {
      DescriptorSocket.send(there, TunnelKey.TUNL0, handed);
      try (Ends taken = Ends.taken(TunnelKey.TUNL0, Wire.IPIP, here.receive())) {
        return "taken " + taken.queues().size();
      }
    } catch (KernelException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static Ends open(TestNode node, int wanted) {
    return node.netns().call(() -> Ends.open(TunnelKey.TUNL0, Wire.IPIP, wanted));
  }

  /** How many queues it gets. */
  private static int count(TestNode node, int wanted) {
    try (Ends ends = open(node, wanted)) {
      return ends.queues().size();
    }
  }

  private static void close(Ends ends) {
    ends.close();
  }

  private static String device(Wire wire) {
    return wire.format() == WireFormat.IPIP ? TunnelKey.TUNL0 : TunnelKey.UDP;
  }

  private static List<ForwarderQueues.Load> loads(Forwarder forwarder) {
    return forwarder.queues().each();
  }
}
