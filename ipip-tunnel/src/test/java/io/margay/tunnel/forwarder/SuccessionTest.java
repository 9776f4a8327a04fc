package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.plan.ForwardingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process takes the place of another; under traffic it is in HandOverTest. */
class SuccessionTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ForwardingTable TABLE =
      new ForwardingTable(
          Ip4.of("10.0.0.1"),
          Map.of(Prefix.of("10.244.2.0/26"), Ip4.of("10.0.0.2")),
          Set.of(Prefix.of("10.0.0.2/32")));

  @TempDir private Path dir;
  private TestNode node;
  private Path socket;

  @BeforeEach
  void makeNode() {
    node = TestNode.create();
    socket = dir.resolve("sock");
  }

  @AfterEach
  void removeNode() {
    node.close();
  }

  @Test
  void ofUdpTheSocketIsHandedOverWithItsPort() throws Exception {
    ForwarderLaunch launch = launch("udp.margay").overUdp(ForwarderLaunch.UDP_PORT);
    start(launch.as("first"), false);
    ForwarderStatus first = await("first");
    new ForwarderClient(socket).feed(3, TABLE);
    String ports = node.run("ss", "-Huln").orThrow().out();
    assertThat(ports).contains(":8285");
    start(launch.as("second"), true);
    ForwarderStatus second = await("second");
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(second.version()).hasValue(3);
    assertThat(new ForwarderClient(socket).table()).contains(TABLE);
    assertThat(node.run("ss", "-Huln").orThrow().out()).isEqualTo(ports);
    assertThat(new ForwarderClient(socket).stop(false)).isTrue();
  }

  @Test
  void oneThatHasNoTableYetIsSucceededAsWell() throws Exception {
    start(launch("tunl0").as("first"), false);
    await("first");
    start(launch("tunl0").as("second"), true);
    assertThat(await("second").version()).isEmpty();
    assertThat(new ForwarderClient(socket).feed(1, TABLE)).isTrue();
    assertThat(new ForwarderClient(socket).stop(false)).isTrue();
  }

  @Test
  void oneOfAnotherDeviceIsLeftAlone() throws Exception {
    start(launch("tunl0").as("first"), false);
    await("first");
    Child second = start(launch("tunl7").as("second"), true);
    assertThat(second.awaitEnd(LIMIT)).isTrue();
    assertThat(second.exit().join()).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("log")))
        .contains("take over tunl7: EINVAL (what came is tunl0)");
    assertThat(await("first").device()).isEqualTo("tunl0");
  }

  @Test
  void whereNoneRunsItBeginsAfresh() throws Exception {
    start(launch("tunl0").as("first"), true);
    assertThat(await("first").version()).isEmpty();
  }

  /** As forwarders were before they could hand over: the test speaks for one. */
  @Test
  void oneThatCannotHandOverIsStoppedFirst() throws Exception {
    try (var file =
            FileChannel.open(
                Path.of(socket + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.lock()) {
      speakForOneThatCannotHandOver();
      assertThat(node.run("ip", "link", "show", "tunl0").succeeded()).as("not yet").isFalse();
      lock.release();
      assertThat(await("second").version()).hasValue(7);
      assertThat(new ForwarderClient(socket).table()).contains(TABLE);
    }
  }

  private void speakForOneThatCannotHandOver() throws IOException {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      start(launch("tunl0").as("second"), true);
      answer(server, "status\n", "ok\nprotocol 1\npid 1\ndevice tunl0\nversion 7\nend\n");
      answer(
          server,
          "show\n",
          "ok\nlocal 10.0.0.1\nroute 10.244.2.0/26 10.0.0.2\nsource 10.0.0.2/32\nend\n");
      answer(server, "stop keep\n", "ok\n");
    }
    Files.delete(socket);
  }

  private static void answer(ServerSocketChannel server, String request, String answer) {
    try (SocketChannel client = server.accept()) {
      ByteBuffer bytes = ByteBuffer.allocate(1000);
      client.read(bytes);
      assertThat(StandardCharsets.US_ASCII.decode(bytes.flip()).toString()).isEqualTo(request);
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ForwarderLaunch launch(String device) {
    return ForwarderLaunch.asThisProcess(device, socket, dir.resolve("log"));
  }

  private Child start(ForwarderLaunch launch, boolean succeeds) {
    var argv = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>>" + launch.log(), "sh"));
    argv.addAll(node.inside(launch.argv().toArray(String[]::new)));
    if (succeeds) {
      argv.add("--succeed");
    }
    return Program.of(argv).start();
  }

  /** Waits until one of this build answers. */
  private ForwarderStatus await(String build) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Optional<ForwarderStatus> status = Optional.empty();
    while (status.isEmpty()) {
      assertThat(System.nanoTime() - deadline).as(() -> "waits for " + build + said()).isNegative();
      Thread.onSpinWait();
      status = new ForwarderClient(socket).status().filter(s -> s.build().equals(build));
    }
    return status.get();
  }

  private String said() {
    ProgramResult log =
        Program.run(List.of("cat", dir.resolve("log").toString()), Optional.empty(), LIMIT);
    return log.out();
  }
}
