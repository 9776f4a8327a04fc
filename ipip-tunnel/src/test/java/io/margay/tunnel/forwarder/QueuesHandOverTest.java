package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.control.Came;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.wire.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A forwarder with several queues hands all of them over; what it had is what the next one has. */
@Timeout(120)
class QueuesHandOverTest {
  @TempDir private Path dir;
  private TwoNodes nodes;

  @AfterEach
  void removeNodes() {
    nodes.close();
  }

  /** One goes, one of another build comes, which would start forwarders with so many queues. */
  private ForwarderStatus upgrade(int queues) throws IOException {
    nodes.firstAgent.kill();
    nodes.firstAgent = AgentProcess.ofQueues(queues, "next", nodes.first, nodes.dir(1));
    assertThat(nodes.firstAgent.want(TwoNodes.address(1), TwoNodes.MTU, TwoNodes.table(1)))
        .as("forwarders started")
        .isEqualTo(1);
    ForwarderStatus after = nodes.forwarder(1).status().orElseThrow();
    assertThat(after.build()).isEqualTo("next");
    assertThat(after.came()).isEqualTo(Came.HANDED);
    return after;
  }

  @Test
  void noPingOfAnyFlowIsLost() throws Exception {
    nodes = new TwoNodes(dir, 2);
    ForwarderStatus before = nodes.forwarder(1).status().orElseThrow();
    assertThat(before.queues().count()).isEqualTo(2);
    List<TwoNodes.Pinging> flows = new ArrayList<>();
    for (int host = 2; host < 8; host++) {
      nodes.first.ip("addr add 10.244.1." + host + "/32 dev tunl0");
      flows.add(nodes.pinging("-i", "0.002", "-I", "10.244.1." + host));
    }
    ForwarderStatus after = upgrade(2);
    assertThat(nodes.ping("-c", "100", "-i", "0.002").succeeded()).isTrue();
    for (TwoNodes.Pinging flow : flows) {
      assertThat(flow.lost(200)).as("lost").isZero();
    }
    assertThat(after.pid()).isNotEqualTo(before.pid());
    ForwarderStatus last = nodes.forwarder(1).status().orElseThrow();
    assertThat(last.queues().each())
        .hasSize(2)
        .allMatch(load -> load.sent() > 0)
        .allMatch(load -> load.received() > 0);
    assertThat(last.counters().get(Counter.SENT_PACKETS))
        .isGreaterThan(before.counters().get(Counter.SENT_PACKETS) + 1200);
  }

  @Test
  void aTransferGoesThroughAndSegmentsAreCutOnAfterIt() throws Exception {
    nodes = new TwoNodes(dir, 2);
    var to = InetAddress.getByName(TwoNodes.address(2).toString());
    try (var transfer = OngoingTransfer.begin(nodes.first, nodes.second, to)) {
      assertThat(transfer.more()).as("before").isPositive();
      upgrade(2);
      assertThat(transfer.more()).as("after").isPositive();
      transfer.end();
    }
    assertThat(nodes.first.run("ethtool", "-k", "tunl0").orThrow().out())
        .contains("tx-tcp-segmentation: on");
  }

  @Test
  void whoWantsMoreTakesWhatThereIsAndSaysSo() throws Exception {
    nodes = new TwoNodes(dir, 1);
    ForwarderStatus after = upgrade(2);
    assertThat(after.queues().count()).isEqualTo(1);
    assertThat(after.queues().wanted()).isEqualTo(2);
    assertThat(nodes.ping("-c", "5", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void whoWantsOneTakesAllThatThereAre() throws Exception {
    nodes = new TwoNodes(dir, 2);
    ForwarderStatus after = upgrade(1);
    assertThat(after.queues().count()).isEqualTo(2);
    assertThat(after.queues().wanted()).isEqualTo(1);
    assertThat(nodes.ping("-c", "5", "-i", "0.01").succeeded()).isTrue();
  }
}
