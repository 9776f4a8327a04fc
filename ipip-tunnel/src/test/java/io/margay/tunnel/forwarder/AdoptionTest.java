package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.control.ForwarderTarget;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents and forwarders that die, each without the other. */
class AdoptionTest {
  private static final ForwardingTable NOBODY =
      new ForwardingTable(TwoNodes.table(1).local(), Map.of(), Set.of());

  private static TwoNodes nodes;

  /** How many forwarders the first agent had started when the test began. */
  private long starts;

  @BeforeAll
  static void makeNodes(@TempDir Path dir) throws IOException {
    nodes = new TwoNodes(dir);
  }

  @AfterAll
  static void removeNodes() {
    nodes.close();
  }

  /** Whatever the test before has left. */
  @BeforeEach
  void makeWhole() throws IOException {
    starts = wantAll();
    nodes.routes();
  }

  private static long wantAll() throws IOException {
    return nodes.firstAgent.want(TwoNodes.address(1), TwoNodes.MTU, TwoNodes.table(1));
  }

  @Test
  void aKilledAgentLosesNoPacketAndItsSuccessorAdoptsTheForwarder() throws Exception {
    ForwarderStatus before = nodes.forwarder(1).status().orElseThrow();
    var pinging = nodes.pinging("-i", "0.01");
    nodes.firstAgent.kill();
    assertThat(nodes.ping("-c", "10", "-i", "0.01").succeeded()).isTrue();
    nodes.firstAgent = AgentProcess.start(nodes.first, nodes.dir(1));
    assertThat(wantAll()).as("forwarders started").isZero();
    assertThat(pinging.lost(20)).isZero();
    ForwarderStatus after = nodes.forwarder(1).status().orElseThrow();
    assertThat(after.pid()).isEqualTo(before.pid());
    assertThat(after.version()).as("an equal table is not sent").isEqualTo(before.version());
  }

  @Test
  void aSuccessorThatWantsAnotherTableReplacesIt() throws IOException {
    nodes.firstAgent.kill();
    assertThat(nodes.forwarder(1).feed(77, NOBODY)).isTrue();
    nodes.firstAgent = AgentProcess.start(nodes.first, nodes.dir(1));
    wantAll();
    assertThat(nodes.forwarder(1).table()).contains(TwoNodes.table(1));
    assertThat(nodes.forwarder(1).status().orElseThrow().version()).hasValue(78);
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void whatASuccessorDoesNotKnowYetStaysUntilItSaysOtherwise(@TempDir Path dir) throws Exception {
    nodes.firstAgent.kill();
    var launch =
        new ForwarderLaunch(
            Path.of("false"),
            "",
            TunnelKey.TUNL0,
            AgentProcess.socket(nodes.dir(1)),
            dir.resolve("log"));
    var successor = new ForwarderTarget(launch, () -> {});
    var key = new TunnelKey.Forwarding(TunnelKey.TUNL0);
    var nothing =
        new Diff<TunnelKey, TunnelItem.Forwarding>(
            Map.of(key, new TunnelItem.Forwarding(NOBODY)), Set.of());
    successor.keepUnwanted(true);
    assertThat(successor.apply(nothing)).containsExactly(new ItemResult.Done<>(key));
    assertThat(nodes.forwarder(1).table()).contains(TwoNodes.table(1));
    successor.keepUnwanted(false);
    assertThat(successor.apply(nothing)).containsExactly(new ItemResult.Done<>(key));
    assertThat(nodes.forwarder(1).table()).contains(NOBODY);
    nodes.firstAgent = AgentProcess.start(nodes.first, nodes.dir(1));
    wantAll();
  }

  @Test
  void aDeadForwarderIsReplacedAndItsDeviceWasNeverGone() throws IOException {
    String device = nodes.first.ip("-4 -o addr show tunl0");
    String route = nodes.first.ip("route show 10.244.2.0/26");
    ForwarderStatus before = nodes.forwarder(1).status().orElseThrow();
    ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly();
    assertThat(nodes.firstAgent.awaitInSync()).as("forwarders started").isEqualTo(starts + 1);
    assertThat(nodes.forwarder(1).status().orElseThrow().pid()).isNotEqualTo(before.pid());
    assertThat(nodes.first.ip("-4 -o addr show tunl0")).isEqualTo(device);
    assertThat(nodes.first.ip("route show 10.244.2.0/26").strip()).isEqualTo(route);
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void aDeletedDeviceIsMadeAnew() throws IOException {
    nodes.first.ip("link del tunl0");
    assertThat(nodes.firstAgent.awaitInSync()).as("forwarders started").isEqualTo(starts + 1);
    nodes.routes();
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void whenNobodyWantsItDeviceAndProcessGo() throws IOException {
    nodes.firstAgent.wantNothing();
    assertThat(nodes.forwarder(1).status()).isEmpty();
    assertThat(nodes.first.run("ip", "link", "show", "tunl0").succeeded()).isFalse();
    assertThat(wantAll()).as("forwarders started").isEqualTo(starts + 1);
    nodes.routes();
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void oneThatIsToldToKeepItsDeviceLeavesItToTheNext() throws IOException {
    String device = nodes.first.ip("-4 -o addr show tunl0");
    assertThat(nodes.forwarder(1).stop(true)).isTrue();
    assertThat(nodes.firstAgent.awaitInSync()).isEqualTo(starts + 1);
    assertThat(nodes.first.ip("-4 -o addr show tunl0")).isEqualTo(device);
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void nonsenseOnTheSocketIsRefusedAndTheTableStays() throws IOException {
    assertThat(said(1, "table x\n")).isEqualTo("error \"table x\" is no request\n");
    assertThat(said(1, "hello\n")).isEqualTo("error \"hello\" is no request\n");
    assertThat(said(1, "table 5\nlocal 10.0.0.1\nroute all\nend\n"))
        .startsWith("error line 2: \"route all\" is not ");
    assertThat(said(1, "x".repeat(1000) + "\n")).startsWith("error a line is longer than ");
    assertThat(said(1, "table 5\nlocal 10.9.9.9\n")).as("cut off").isEmpty();
    assertThat(nodes.forwarder(1).table()).contains(TwoNodes.table(1));
    assertThat(nodes.ping("-c", "2", "-i", "0.01").succeeded()).isTrue();
  }

  @Test
  void itsSocketIsForItsOwnerAlone() throws IOException {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(AgentProcess.socket(nodes.dir(1)))))
        .isEqualTo("rw-------");
  }

  /** Says something to a forwarder as nobody should, and closes that side; its whole answer. */
  private String said(int node, String text) throws IOException {
    var address = UnixDomainSocketAddress.of(AgentProcess.socket(nodes.dir(node)));
    try (var channel = SocketChannel.open(address)) {
      Channels.newOutputStream(channel).write(text.getBytes(StandardCharsets.US_ASCII));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
