package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderLaunch;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the process begins and ends. */
class ForwarderMainTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path dir;
  private TestNode node;

  @BeforeEach
  void makeNode() {
    node = TestNode.create();
  }

  @AfterEach
  void removeNode() {
    node.close();
  }

  @Test
  void wrongArgumentsAreAnswer2WithTheUsage() {
    var argv = new ArrayList<>(argv("tunl0"));
    argv.removeLast();
    ProgramResult result = run(argv);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("usage: ForwarderMain --device NAME --socket PATH [--udp PORT]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "08285", "x"})
  void whatIsNoPortIsAnswer2(String port) {
    var argv = new ArrayList<>(argv("udp.margay"));
    argv.addAll(List.of("--udp", port));
    assertThat(run(argv).exit()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "9", "02", "-1", "many"})
  void whatIsNoNumberOfQueuesIsAnswer2(String queues) {
    var argv = new ArrayList<>(argv("tunl0"));
    argv.addAll(List.of("--queues", queues));
    ProgramResult result = run(argv);
    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.err()).contains("[--queues 1-8]");
  }

  @Test
  void aPortThatIsTakenIsAnswer1WithTheReason() throws Exception {
    var launch =
        ForwarderLaunch.asThisProcess("udp.margay", dir.resolve("sock"), dir.resolve("log"))
            .overUdp(ForwarderLaunch.UDP_PORT);
    var argv = new ArrayList<>(node.inside());
    argv.addAll(launch.argv());
    Child first = Program.of(argv).start();
    var client = new ForwarderClient(dir.resolve("sock"));
    awaitServing(client, first);
    ProgramResult second =
        run(
            ForwarderLaunch.asThisProcess("udp2", dir.resolve("sock2"), dir.resolve("log2"))
                .overUdp(ForwarderLaunch.UDP_PORT)
                .argv());
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.err()).contains("EADDRINUSE");
    assertThat(client.stop(false)).isTrue();
    assertThat(first.awaitEnd(LIMIT)).isTrue();
  }

  @Test
  void aDeviceOfAnotherKindIsAnswer1WithTheReason() {
    node.ip("link add tunl0 type bridge");
    ProgramResult result = run(argv("tunl0"));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("tunnel.forwarder.failed")
        .contains("EINVAL (a device of that name exists and is no TUN)");
  }

  @Test
  void oneASocketIsEnough() throws Exception {
    // A file that a killed one left does not count.
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(dir.resolve("sock")))
        .close();
    var argv = new ArrayList<>(node.inside());
    argv.addAll(argv("tunl0"));
    Child first = Program.of(argv).start();
    var client = new ForwarderClient(dir.resolve("sock"));
    awaitServing(client, first);
    assertThat(run(argv("tunl1")).exit()).isEqualTo(3);
    assertThat(client.stop(false)).isTrue();
    assertThat(first.awaitEnd(LIMIT)).isTrue();
    assertThat(first.exit().join()).isZero();
    assertThat(dir.resolve("sock")).doesNotExist();
  }

  @Test
  void withoutDescriptorsItServesOnOnceThereAreSome() throws Exception {
    var argv = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>" + dir.resolve("log"), "sh"));
    argv.addAll(node.inside());
    argv.addAll(argv("tunl0"));
    Child child = Program.of(argv).start();
    var client = new ForwarderClient(dir.resolve("sock"));
    awaitServing(client, child);
    descriptors(child.pid(), 3);
    try (var waiting = SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("sock")))) {
      assertThat(waiting.isConnected()).isTrue();
      awaitLog("tunnel.forwarder.accept_failed");
    }
    descriptors(child.pid(), 1024);
    awaitServing(client, child);
    assertThat(client.stop(false)).isTrue();
    assertThat(child.awaitEnd(LIMIT)).isTrue();
  }

  private void awaitLog(String event) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.readString(dir.resolve("log")).contains(event)) {
      assertThat(System.nanoTime() - deadline).as("waits for %s", event).isNegative();
      Thread.onSpinWait();
    }
  }

  private static void descriptors(long pid, int most) {
    Program.run(
        List.of("prlimit", "--pid", Long.toString(pid), "--nofile=" + most + ":1024"),
        Optional.empty(),
        LIMIT);
  }

  @Test
  void aDeviceThatAnotherHasOpenIsAnswer1WithTheReason() throws Exception {
    var argv = new ArrayList<>(node.inside());
    argv.addAll(argv("tunl0"));
    Child first = Program.of(argv).start();
    awaitServing(new ForwarderClient(dir.resolve("sock")), first);
    var launch = ForwarderLaunch.asThisProcess("tunl0", dir.resolve("sock2"), dir.resolve("log"));
    ProgramResult second = run(launch.argv());
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.err()).contains("EBUSY (another process has it open)");
    new ForwarderClient(dir.resolve("sock")).stop(false);
    assertThat(first.awaitEnd(LIMIT)).isTrue();
  }

  private List<String> argv(String device) {
    return ForwarderLaunch.asThisProcess(device, dir.resolve("sock"), dir.resolve("log")).argv();
  }

  private ProgramResult run(List<String> argv) {
    return Program.run(node.inside(argv.toArray(String[]::new)), Optional.empty(), LIMIT);
  }

  private static void awaitServing(ForwarderClient client, Child child) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (client.status().isEmpty()) {
      assertThat(child.isAlive() && System.nanoTime() - deadline < 0)
          .as("it serves, or said %s", child)
          .isTrue();
      Thread.onSpinWait();
    }
  }
}
