package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.Came;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderException;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.wire.Counter;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a process takes the place of another; under traffic it is in HandOverTest. */
@Timeout(90)
class SuccessionTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ForwardingTable TABLE =
      new ForwardingTable(
          Ip4.of("10.0.0.1"),
          Map.of(Prefix.of("10.244.2.0/26"), Ip4.of("10.0.0.2")),
          Set.of(Prefix.of("10.0.0.2/32")));

  private static final int SOL_UDP = 17;
  private static final int UDP_GRO = 104;
  private static final int SO_RCVBUF = 8;

  private static final String STATUS = "ok\nprotocol 1\npid 1\ndevice tunl0\nversion 7\n";
  private static final String SHOWN =
      "ok\nlocal 10.0.0.1\nroute 10.244.2.0/26 10.0.0.2\nsource 10.0.0.2/32\nend\n";

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

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void ofUdpEachQueuesSocketIsHandedOverWithItsPort(int queues) throws Exception {
    ForwarderLaunch launch =
        launch("udp.margay").overUdp(ForwarderLaunch.UDP_PORT).withQueues(queues);
    start(launch.as("first"), false);
    ForwarderStatus first = await("first");
    new ForwarderClient(socket).feed(3, TABLE);
    List<String> sockets = receivers();
    assertThat(sockets).hasSize(queues);
    start(launch.as("second"), true);
    ForwarderStatus second = await("second");
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(second.version()).hasValue(3);
    assertThat(new ForwarderClient(socket).table()).contains(TABLE);
    assertThat(second.queues().count()).isEqualTo(queues);
    assertThat(receivers()).isEqualTo(sockets);
    assertThat(new ForwarderClient(socket).stop(false)).isTrue();
  }

  /** Another version may have opened it, and set it otherwise. */
  @Test
  void aSocketThatWasHandedOverReceivesLikeOneOfTheSuccessorsOwn() throws Exception {
    ForwarderLaunch launch = launch("udp.margay").overUdp(ForwarderLaunch.UDP_PORT);
    start(launch.as("first"), false);
    await("first");
    new ForwarderClient(socket).feed(3, TABLE);
    try (var shared = HalfSuccessor.of(socket)) {
      int joined = option(shared.wire(), SOL_UDP, UDP_GRO);
      int room = option(shared.wire(), Libc.SOL_SOCKET, SO_RCVBUF);
      Libc.setOption(shared.wire(), SOL_UDP, UDP_GRO, 0);
      Libc.setOption(shared.wire(), Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, room / 16);
      start(launch.as("second"), true);
      assertThat(await("second").came()).isEqualTo(Came.HANDED);
      assertThat(option(shared.wire(), SOL_UDP, UDP_GRO)).isEqualTo(joined).isEqualTo(1);
      assertThat(option(shared.wire(), Libc.SOL_SOCKET, SO_RCVBUF)).isEqualTo(room);
    }
    assertThat(new ForwarderClient(socket).stop(false)).isTrue();
  }

  private static int option(Fd fd, int level, int option) {
    ByteBuffer value = Libc.buffer(Integer.BYTES);
    assertThat(Libc.option(fd, level, option, value)).isNotNegative();
    return value.getInt(0);
  }

  /** Each with the number of its open file, which it keeps in another process. */
  private List<String> receivers() {
    String all = node.run("ss", "-Hulne").orThrow().out();
    return all.lines().filter(line -> line.contains(":8285 ")).map(String::strip).sorted().toList();
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
    ForwarderStatus first = await("first");
    assertThat(first.version()).isEmpty();
    assertThat(first.came()).isEqualTo(Came.AFRESH);
  }

  @Test
  void whileOneTakesOverAnotherDoesNot() throws Exception {
    start(launch("tunl0").as("first"), false);
    await("first");
    try (var taking = lock(ControlText.SUCCEED_LOCK)) {
      assertThat(taking.isValid()).isTrue();
      Child second = start(launch("tunl0").as("second"), true);
      assertThat(second.awaitEnd(LIMIT)).isTrue();
      assertThat(second.exit().join()).isEqualTo(3);
    }
    assertThat(said()).contains("why=\"another begins or takes over already\"");
    assertThat(await("first").device()).isEqualTo("tunl0");
  }

  @Test
  void onlyWhatWasHandedOverIsLeftAndOnlyOnce() {
    try (Forwarder forwarder =
        node.netns()
            .call(
                () -> new Forwarder(Ends.open("tunl0", Wire.IPIP, 1), Wire.IPIP, 1, 1, _ -> {}))) {
      assertThat(forwarder.leave()).as("nothing was handed over").isFalse();
      assertThatThrownBy(() ->
              forwarder.handOver(_ -> {
                throw new KernelException("send", Errno.ENOENT);
              }))
          .isInstanceOf(KernelException.class);
      assertThat(forwarder.leave()).as("nothing could be sent").isFalse();
      assertThat(forwarder.handOver(_ -> {})).isTrue();
      assertThat(forwarder.leave()).isTrue();
      assertThat(forwarder.leave()).as("a second time").isFalse();
      assertThat(forwarder.handOver(_ -> {})).as("to another").isFalse();
    }
  }

  @Test
  void oneThatEndsWhileASuccessorHasItsThingsLeavesThemAsTheyAre() throws Exception {
    Child first = start(launch("tunl0").as("first"), false);
    await("first");
    try (var taking = lock(ControlText.SUCCEED_LOCK);
        var taken = take()) {
      assertThat(taking.isValid()).isTrue();
      assertThat(new ForwarderClient(socket).stop(false)).isTrue();
      assertThat(first.awaitEnd(LIMIT)).isTrue();
      assertThat(taken.text()).isEqualTo("tunl0");
      assertThat(node.run("ethtool", "-k", "tunl0").orThrow().out())
          .contains("tx-tcp-segmentation: on");
    }
    assertThat(socket).exists();
    assertThat(node.run("ip", "link", "show", "tunl0").succeeded()).as("its device").isTrue();
  }

  @Test
  void oneThatEndsAfterItsSuccessorTakesItsThingsAlong() throws Exception {
    Child first = start(launch("tunl0").as("first"), false);
    await("first");
    take().close();
    assertThat(new ForwarderClient(socket).stop(false)).isTrue();
    assertThat(first.awaitEnd(LIMIT)).isTrue();
    assertThat(socket).doesNotExist();
    assertThat(node.run("ip", "link", "show", "tunl0").succeeded()).as("its device").isFalse();
  }

  private DescriptorSocket.Received take() {
    try (var here = DescriptorSocket.bound(Path.of(socket + ControlText.HANDED))) {
      new ForwarderClient(socket).handOver();
      return here.receive();
    }
  }

  /** The test speaks for the one that dies. */
  @Test
  void oneThatDiesInsteadOfAnAnswerIsSucceededAllTheSame() throws Exception {
    try (var lock = lock(ControlText.LOCK);
        Ends ends = node.netns().call(() -> Ends.open("tunl0", Wire.IPIP, 1))) {
      try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(socket));
        start(launch("tunl0").as("second"), true);
        String counted = Counter.SENT_PACKETS.text();
        answer(server, "status\n", STATUS + "hands-over 1\n" + counted + " 40\nend\n");
        answer(server, "show\n", SHOWN);
        Path there = Path.of(socket + ControlText.HANDED);
        answer(
            server,
            "hand over\n",
            () -> DescriptorSocket.send(there, "tunl0", ends.descriptors()),
            STATUS + "hands-over 1\n" + counted + " 42\nend\n");
        answer(server, "stop handed\n", "");
      }
      assertThat(said()).doesNotContain("tunnel.forwarder.serving");
      Files.delete(socket);
      lock.release();
      ForwarderStatus second = await("second");
      assertThat(second.came()).isEqualTo(Came.HANDED);
      assertThat(second.version()).hasValue(7);
      assertThat(second.counters().get(Counter.SENT_PACKETS)).isGreaterThanOrEqualTo(42);
    }
    assertThat(said()).contains("tunnel.forwarder.stop_unanswered");
  }

  /** As another process has it. */
  private FileLock lock(String which) throws IOException {
    FileChannel file =
        FileChannel.open(
            Path.of(socket + which), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = file.tryLock();
    assertThat(lock).isNotNull();
    return lock;
  }

  /** As forwarders were before they could hand over: the test speaks for one. */
  @Test
  void oneThatCannotHandOverIsStoppedFirst() throws Exception {
    try (var lock = lock(ControlText.LOCK)) {
      speakForOneThatCannotHandOver();
      assertThat(node.run("ip", "link", "show", "tunl0").succeeded()).as("not yet").isFalse();
      lock.release();
      ForwarderStatus second = await("second");
      assertThat(second.version()).hasValue(7);
      assertThat(second.came()).isEqualTo(Came.STOPPED);
      assertThat(new ForwarderClient(socket).table()).contains(TABLE);
    }
  }

  private void speakForOneThatCannotHandOver() throws IOException {
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      start(launch("tunl0").as("second"), true);
      answer(server, "status\n", STATUS + "end\n");
      answer(server, "show\n", SHOWN);
      answer(server, "stop keep\n", "ok\n");
    }
    Files.delete(socket);
  }

  private static void answer(ServerSocketChannel server, String request, String answer) {
    answer(server, request, () -> {}, answer);
  }

  private static void answer(
      ServerSocketChannel server, String request, Runnable before, String answer) {
    try (SocketChannel client = server.accept()) {
      ByteBuffer bytes = ByteBuffer.allocate(1000);
      client.read(bytes);
      assertThat(StandardCharsets.US_ASCII.decode(bytes.flip()).toString()).isEqualTo(request);
      before.run();
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
      try {
        status = new ForwarderClient(socket).status().filter(s -> s.build().equals(build));
      } catch (ForwarderException e) {
        // The one before has ended while it was asked.
      }
    }
    return status.get();
  }

  private String said() {
    ProgramResult log =
        Program.run(List.of("cat", dir.resolve("log").toString()), Optional.empty(), LIMIT);
    return log.out();
  }
}
