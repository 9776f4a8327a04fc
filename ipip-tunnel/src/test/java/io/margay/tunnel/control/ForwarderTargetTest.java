package io.margay.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent does about forwarders that cannot be used; real ones are in AdoptionTest. */
class ForwarderTargetTest {
  private static final TunnelKey KEY = new TunnelKey.Forwarding("tunl0");
  private static final ForwardingTable TABLE =
      new ForwardingTable(Ip4.of("10.0.0.1"), Map.of(), Set.of());
  private static final Diff<TunnelKey, TunnelItem.Forwarding> PUT =
      new Diff<>(Map.of(KEY, new TunnelItem.Forwarding(TABLE)), Set.of());
  private static final String OUTDATED = "ok\nprotocol 1\nbuild old\ndevice tunl0\nend\n";
  private static final String SHOWN = "ok\nlocal 10.0.0.1\nend\n";

  @TempDir private Path dir;

  @Test
  void oneThatDoesNotStartIsReportedWithItsLog() {
    var target = new ForwarderTarget(launch("false"), () -> {});
    assertThat(target.dump()).isEmpty();
    assertThat(target.apply(PUT))
        .containsExactly(
            new ItemResult.Failed<>(
                KEY,
                "the forwarder ended with status 1 before it served; its reason is in "
                    + dir.resolve("log")));
  }

  @Test
  void aJvmThatIsNotThereIsReported() {
    var results = new ForwarderTarget(launch("no-such-program"), () -> {}).apply(PUT);
    // setsid(1) is found, what it should start is not.
    assertThat(results).singleElement().isInstanceOf(ItemResult.Failed.class);
  }

  @Test
  void oneOfAnotherProtocolIsSentAwayAndItsDeviceKept() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve("ok\nprotocol 2\ndevice tunl0\nend\n", heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false"), () -> {});
      assertThat(target.dump())
          .isEqualTo(odd(ForwardingTable.NONE, "speaks protocol 2, not " + ControlText.PROTOCOL));
      target.apply(PUT);
      assertThat(List.of(next(heard), next(heard), next(heard)))
          .containsExactly("status\n", "status\n", "stop keep\n");
    }
  }

  @Test
  void oneThatCannotBeReplacedGoesOnAndIsFed() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve(ForwarderTargetTest::outdated, heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false").as("new"), () -> {});
      assertThat(target.dump()).isEqualTo(odd(TABLE, "was started as old, now new"));
      assertThat(target.apply(PUT)).containsExactly(new ItemResult.Done<>(KEY));
      assertThat(target.starts()).isEqualTo(1);
      assertThat(heard).noneMatch(request -> request.startsWith("stop"));
      assertThat(target.dump()).as("for now it may stay").isEqualTo(PUT.put());
    }
  }

  private static String outdated(String request) {
    return request.startsWith("show") ? SHOWN : OUTDATED;
  }

  @Test
  void oneThatIsOutdatedAndThatNobodyWantsIsEnded() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve(ForwarderTargetTest::outdated, heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false").as("new"), () -> {});
      var reconciler =
          new Reconciler<>(
              target, ReconcilerSettings.DEFAULT, new Hold(Set.of()), new Random(1), 0);
      reconciler.want(1, Map.of());
      reconciler.run(0);
      assertThat(List.of(next(heard), next(heard), next(heard)))
          .containsExactly("status\n", "show\n", "stop\n");
      assertThat(target.starts()).isZero();
    }
  }

  @Test
  void oneThatNobodyHasFedYetIsThere() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server =
        serve(request -> request.startsWith("show") ? "ok\nend\n" : OUTDATED, heard)) {
      assertThat(server.isOpen()).isTrue();
      assertThat(new ForwarderTarget(launch("false"), () -> {}).dump())
          .isEqualTo(odd(ForwardingTable.NONE, "has no table"));
    }
  }

  private static Map<TunnelKey, TunnelItem.Forwarding> odd(ForwardingTable table, String why) {
    return Map.of(KEY, new TunnelItem.Forwarding(table, Set.of(why)));
  }

  /** The one that it started could not, but another has done it meanwhile. */
  @Test
  void oneThatIsOfTheWantedBuildByNowIsNoFailure() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    var builds = new AtomicInteger();
    UnaryOperator<String> answer =
        _ ->
            "ok\nprotocol 1\nbuild "
                + (builds.getAndIncrement() == 0 ? "old" : "new")
                + "\ndevice tunl0\nend\n";
    try (var server = serve(answer, heard)) {
      assertThat(server.isOpen()).isTrue();
      var start =
          new ForwarderStart(launch("false").as("new"), new ForwarderClient(dir.resolve("sock")));
      assertThat(start.run(() -> {}).build()).isEqualTo("new");
      builds.set(0);
      assertThat(start.run(() -> {}).build()).isEqualTo("new");
      assertThat(start.starts()).as("without a pause as after a failure").isEqualTo(2);
    }
  }

  @Test
  void oneOfTheSameBuildIsAdopted() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve("ok\nprotocol 1\nbuild new\ndevice tunl0\nend\n", heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false").as("new"), () -> {});
      assertThat(target.apply(PUT)).containsExactly(new ItemResult.Done<>(KEY));
      assertThat(target.starts()).isZero();
    }
  }

  @Test
  void oneOfAnotherDeviceIsEndedWithItsDevice() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve("ok\nprotocol 1\ndevice tun7\nend\n", heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false"), () -> {});
      assertThat(target.dump()).isEqualTo(odd(ForwardingTable.NONE, "serves tun7"));
      target.apply(PUT);
      assertThat(List.of(next(heard), next(heard), next(heard)))
          .containsExactly("status\n", "status\n", "stop\n");
    }
  }

  @Test
  void oneThatTalksNonsenseHoldsNothingUpAndIsReported() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (var server = serve("error I am someone else\n", heard)) {
      assertThat(server.isOpen()).isTrue();
      var target = new ForwarderTarget(launch("false"), () -> {});
      assertThat(target.dump()).isEmpty();
      assertThat(target.apply(PUT))
          .containsExactly(
              new ItemResult.Failed<>(
                  KEY, "forwarder " + dir.resolve("sock") + " answered: error I am someone else"));
    }
  }

  @Test
  void anotherDevicesTableIsNotTaken() {
    TunnelKey other = new TunnelKey.Forwarding("tunl1");
    var diff =
        new Diff<TunnelKey, TunnelItem.Forwarding>(Map.of(other, PUT.put().get(KEY)), Set.of());
    assertThat(new ForwarderTarget(launch("false"), () -> {}).apply(diff))
        .containsExactly(new ItemResult.Failed<>(other, "this agent's forwarder serves tunl0"));
  }

  @Test
  void removingOneThatDoesNotRunIsDone() {
    var diff = new Diff<TunnelKey, TunnelItem.Forwarding>(Map.of(), Set.of(KEY));
    assertThat(new ForwarderTarget(launch("false"), () -> {}).apply(diff))
        .containsExactly(new ItemResult.Done<>(KEY));
  }

  @Test
  void theCommandLineIsOneSmallJvm() {
    assertThat(launch("java").argv())
        .startsWith("java", "-Xms4m")
        .containsSequence("-cp", "a.jar:b.jar", "io.margay.tunnel.forwarder.ForwarderMain")
        .endsWith("--device", "tunl0", "--socket", dir.resolve("sock").toString());
  }

  private ForwarderLaunch launch(String java) {
    return new ForwarderLaunch(
        Path.of(java), "a.jar:b.jar", "tunl0", dir.resolve("sock"), dir.resolve("log"));
  }

  private static String next(LinkedBlockingQueue<String> heard) throws InterruptedException {
    return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
  }

  /** Answers each client alike, and goes after it was told to stop. */
  private ServerSocketChannel serve(String answer, LinkedBlockingQueue<String> heard)
      throws IOException {
    return serve(_ -> answer, heard);
  }

  private ServerSocketChannel serve(UnaryOperator<String> answer, LinkedBlockingQueue<String> heard)
      throws IOException {
    Path socket = dir.resolve("sock");
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              SocketChannel client = server.accept();
              // One that says nothing waits for the end.
              Thread.ofVirtual().start(() -> answerOne(client, server, answer, heard));
            }
          } catch (ClosedChannelException e) {
            // It was told to stop, or the test has ended.
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return server;
  }

  private void answerOne(
      SocketChannel client,
      ServerSocketChannel server,
      UnaryOperator<String> answer,
      LinkedBlockingQueue<String> heard) {
    try (client) {
      ByteBuffer bytes = ByteBuffer.allocate(1000);
      if (client.read(bytes) < 0) {
        return;
      }
      String request = StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
      if (request.startsWith("stop")) {
        server.close();
        Files.deleteIfExists(dir.resolve("sock"));
      }
      heard.add(request);
      client.write(ByteBuffer.wrap(answer.apply(request).getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
