package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.control.Came;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.wire.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent that would start another forwarder than runs puts that one in its place. */
@Timeout(120)
class HandOverTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static TwoNodes nodes;
  private static int builds;

  @BeforeAll
  static void makeNodes(@TempDir Path dir) throws IOException {
    nodes = new TwoNodes(dir);
  }

  @AfterAll
  static void removeNodes() {
    nodes.close();
  }

  /** As an upgrade of the agent is seen by the forwarder: one goes, one of another build comes. */
  private static ForwarderStatus upgrade() throws IOException {
    nodes.firstAgent.kill();
    String build = "build" + builds++;
    nodes.firstAgent = AgentProcess.ofBuild(build, nodes.first, nodes.dir(1));
    assertThat(nodes.firstAgent.want(TwoNodes.address(1), TwoNodes.MTU, TwoNodes.table(1)))
        .as("forwarders started")
        .isEqualTo(1);
    ForwarderStatus after = nodes.forwarder(1).status().orElseThrow();
    assertThat(after.build()).isEqualTo(build);
    assertThat(after.came()).isEqualTo(Came.HANDED);
    return after;
  }

  private static void awaitLog(String file, String event) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.readString(nodes.dir(1).resolve(file)).contains(event)) {
      assertThat(System.nanoTime() - deadline).as("waits for %s", event).isNegative();
      Thread.onSpinWait();
    }
  }

  @Test
  void noPingIsLostAndTheCountersGoOn() throws Exception {
    ForwarderStatus before = nodes.forwarder(1).status().orElseThrow();
    var pinging = nodes.pinging("-i", "0.002");
    ForwarderStatus after = upgrade();
    assertThat(nodes.ping("-c", "100", "-i", "0.002").succeeded()).isTrue();
    assertThat(pinging.lost(200)).isZero();
    assertThat(after.pid()).isNotEqualTo(before.pid());
    awaitLog("forwarder.log", "tunnel.forwarder.ended device=tunl0 how=HANDED_OVER");
    assertThat(nodes.forwarder(1).table()).contains(TwoNodes.table(1));
    assertThat(nodes.forwarder(1).status().orElseThrow().counters().get(Counter.SENT_PACKETS))
        .isGreaterThan(before.counters().get(Counter.SENT_PACKETS) + 200);
    assertThat(Files.readString(nodes.dir(1).resolve("agent.log")))
        .contains("tunnel.forwarder.upgraded device=tunl0 from=" + before.pid())
        .contains("how=\"handed over\"");
  }

  @Test
  void aTransferGoesThroughWholeAndSegmentsAreCutOnAfterIt() throws Exception {
    var to = InetAddress.getByName(TwoNodes.address(2).toString());
    try (var transfer = OngoingTransfer.begin(nodes.first, nodes.second, to)) {
      assertThat(transfer.more()).as("before").isPositive();
      upgrade();
      assertThat(transfer.more()).as("after").isPositive();
      transfer.end();
    }
    assertThat(nodes.first.run("ethtool", "-k", "tunl0").orThrow().out())
        .contains("tx-tcp-segmentation: on");
  }

  @Test
  void oneThatWasHandedOverIsHandedOverAgain() throws Exception {
    upgrade();
    ForwarderStatus second = upgrade();
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
    assertThat(ProcessHandle.of(second.pid()).orElseThrow().isAlive()).isTrue();
    assertThat(nodes.dir(1).resolve("forwarder.sock.fds")).doesNotExist();
    nodes.firstAgent.wantNothing();
    assertThat(nodes.first.run("ip", "link", "show", "tunl0").succeeded()).isFalse();
    nodes.firstAgent.want(TwoNodes.address(1), TwoNodes.MTU, TwoNodes.table(1));
    nodes.routes();
  }

  @Test
  void aSuccessorThatDiesHalfWayChangesNothing() throws Exception {
    ForwarderStatus before = nodes.forwarder(1).status().orElseThrow();
    try (var taken = HalfSuccessor.of(nodes, 1)) {
      assertThat(taken.device()).isEqualTo("tunl0");
    }
    assertThat(nodes.ping("-c", "10", "-i", "0.01").succeeded()).isTrue();
    assertThat(nodes.forwarder(1).status().orElseThrow().pid()).isEqualTo(before.pid());
  }
}
