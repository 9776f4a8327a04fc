package io.margay.bgp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.MalformedMessage;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two transports on loopback: each thing that happens is told once, in its order. */
@Timeout(60)
class TransportTest {
  /** Addresses of this process alone: what runs beside it must not meet it. */
  private static final String LOOPBACK =
      "127."
          + (1 + ProcessHandle.current().pid() % 250)
          + "."
          + (ProcessHandle.current().pid() / 250 % 250)
          + ".";

  private static final Ip HERE = Ip.of(LOOPBACK + 201);
  private static final Ip THERE = Ip.of(LOOPBACK + 202);
  private static final Optional<Md5Key> NO_KEY = Optional.empty();
  private static final Optional<Md5Key> TOO_LONG = Optional.of(new Md5Key("k".repeat(81)));

  /** What is told, in words. */
  private static final class Told implements TransportEvents {
    final BlockingQueue<String> words = new LinkedBlockingQueue<>();
    final BlockingQueue<PeerChannel> channels = new LinkedBlockingQueue<>();
    final BlockingQueue<Integer> batches = new LinkedBlockingQueue<>();
    volatile boolean busy;

    @Override
    public void accepted(PeerChannel channel) {
      channels.add(channel);
      words.add("accepted");
    }

    @Override
    public void received(PeerChannel channel, List<BgpMessage> messages) {
      if (busy) {
        batches.add(messages.size());
        return;
      }
      for (BgpMessage message : messages) {
        words.add(
            switch (message) {
              case KeepaliveMessage _ -> "keepalive";
              case NotificationMessage n -> "notification " + n.text();
              case MalformedMessage(var answer) -> "malformed " + answer.text();
              default -> message.getClass().getSimpleName();
            });
      }
      channel.consumed(messages);
    }

    @Override
    public void lost(PeerChannel channel, String detail) {
      words.add("lost");
    }

    @Override
    public void handedOver() {}

    @Override
    public void roomAgain(PeerChannel channel) {}

    @Override
    public void listening(Ip address, int port) {
      words.add("listening");
    }

    @Override
    public void listenFailed(Ip address, int port, String detail) {
      words.add("failed: " + detail);
    }

    String next() throws InterruptedException {
      String word = words.poll(30, TimeUnit.SECONDS);
      assertThat(word).as("something is told").isNotNull();
      return word;
    }

    PeerChannel channel() throws InterruptedException {
      PeerChannel channel = channels.poll(30, TimeUnit.SECONDS);
      assertThat(channel).isNotNull();
      return channel;
    }
  }

  private final Told server = new Told();
  private final Told client = new Told();
  private final Transport serving = new Transport(1, server);
  private final Transport dialling = new Transport(1, client);

  @AfterEach
  void close() {
    dialling.close();
    serving.close();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, Endpoint.inet(HERE))) {
      return socket.getLocalPort();
    }
  }

  private static DialTarget target(int port, int leastTtl, Optional<Md5Key> key) {
    return new DialTarget(new Endpoint(HERE, port), Optional.of(THERE), 64, leastTtl, key);
  }

  private String outcome(DialTarget target) throws InterruptedException {
    var outcome = new LinkedBlockingQueue<String>();
    var _ =
        dialling.dial(
            target,
            (channel, detail) -> {
              channel.ifPresent(client.channels::add);
              outcome.add(channel.isPresent() ? "connected" : detail);
            });
    String told = outcome.poll(30, TimeUnit.SECONDS);
    assertThat(told).as("the outcome").isNotNull();
    return told;
  }

  private int listen() throws Exception {
    int port = freePort();
    serving.listen(
        Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, NO_KEY), Map.of()));
    assertThat(server.next()).isEqualTo("listening");
    return port;
  }

  @Test
  void whatIsSentIsToldWhenTheConnectionIsAdmitted() throws Exception {
    int port = listen();
    assertThat(outcome(target(port, 0, NO_KEY))).isEqualTo("connected");
    PeerChannel to = client.channel();
    assertThat(server.next()).isEqualTo("accepted");
    to.sendKeepalive();
    PeerChannel from = server.channel();
    assertThat(server.words).as("nothing is read before").isEmpty();
    from.admit();
    assertThat(server.next()).isEqualTo("keepalive");
    assertThat(to.messagesOut()).isEqualTo(1);
    assertThat(to.updatesOut()).isZero();
    assertThat(from.remote()).isEqualTo(to.local());
  }

  // The sender feels it by TCP: what a busy core has not taken does not pile up before it.
  @Test
  void aReceiverThatIsBusyIsReadNoFurtherAndLosesNothing() throws Exception {
    int messages = 100_000;
    server.busy = true;
    assertThat(outcome(target(listen(), 0, NO_KEY))).isEqualTo("connected");
    assertThat(server.next()).isEqualTo("accepted");
    PeerChannel from = server.channel();
    PeerChannel to = client.channel();
    from.admit();
    for (int i = 0; i < messages; i++) {
      to.sendKeepalive();
    }
    int heard = 0;
    while (heard < messages) {
      Integer batch = server.batches.poll(30, TimeUnit.SECONDS);
      assertThat(batch).as("after %d messages", heard).isNotNull();
      // It stops at eight; one more may be on its way when reading begins again.
      assertThat(server.batches.size()).isLessThanOrEqualTo(8);
      heard += batch;
      from.consumed(List.of());
    }
    assertThat(heard).isEqualTo(messages);
  }

  // RFC 4271, 6: the NOTIFICATION is sent, then the connection closed.
  @Test
  void theLastWordIsHeardBeforeTheLoss() throws Exception {
    assertThat(outcome(target(listen(), 0, NO_KEY))).isEqualTo("connected");
    client.channel().close(Optional.of(NotificationMessage.cease(2)));
    assertThat(server.next()).isEqualTo("accepted");
    server.channel().admit();
    assertThat(server.next()).isEqualTo("notification 6/2 Administrative Shutdown");
    assertThat(server.next()).isEqualTo("lost");
    assertThat(client.words).as("who closes is told of no loss").isEmpty();
  }

  @Test
  void nobodyListens() throws Exception {
    int port = freePort();
    assertThat(outcome(target(port, 0, NO_KEY)))
        .isEqualTo("connection refused by " + HERE + ":" + port);
  }

  @Test
  void theSourceIsNotOurs() throws Exception {
    var target =
        new DialTarget(
            new Endpoint(HERE, freePort()), Optional.of(Ip.of("203.0.113.9")), 64, 0, NO_KEY);
    assertThat(outcome(target))
        .isEqualTo("cannot assign requested address: 203.0.113.9 is no address of this node");
  }

  @Test
  void anEndpointIsListenedOnOnlyWhileItIsWanted() throws Exception {
    int port = listen();
    serving.listen(Set.of(), new Admission(Map.of(THERE, NO_KEY), Map.of()));
    String told = outcome(target(port, 0, NO_KEY));
    while (told.equals("connected")) {
      // The socket is closed on a thread of its own.
      client.channel().close(Optional.empty());
      told = outcome(target(port, 0, NO_KEY));
    }
    assertThat(told).contains("refused");
  }

  @Test
  void anAddressThatIsTakenIsListenedOnWhenItIsFree() throws Exception {
    int port;
    try (var holder = new ServerSocket(0, 1, Endpoint.inet(HERE))) {
      port = holder.getLocalPort();
      serving.listen(
          Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, NO_KEY), Map.of()));
      assertThat(server.next()).isEqualTo("failed: address already in use");
    }
    serving.listen(
        Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, NO_KEY), Map.of()));
    assertThat(server.next()).isEqualTo("listening");
  }

  // Without its keys a listener would take connections that nobody signed.
  @Test
  void aListenerWithoutItsKeysIsNone() throws Exception {
    int port = freePort();
    serving.listen(
        Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, TOO_LONG), Map.of()));
    assertThat(server.next()).startsWith("failed: TCP MD5 is not to be had");
    assertThat(outcome(target(port, 0, NO_KEY))).contains("refused");
    serving.listen(
        Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, NO_KEY), Map.of()));
    assertThat(server.next()).isEqualTo("listening");
  }

  // RFC 2385: the kernel drops what is not signed; no thread of ours ever hears of it.
  @Test
  void onlySignedConnectionsMeet() throws Exception {
    int port = freePort();
    var key = Optional.of(new Md5Key("hunter2"));
    serving.listen(Set.of(new Endpoint(HERE, port)), new Admission(Map.of(THERE, key), Map.of()));
    String told = server.next();
    assumeTrue(told.equals("listening"), () -> "the kernel has no TCP MD5: " + told);
    var unsigned = dialling.dial(target(port, 0, NO_KEY), (_, _) -> client.words.add("unsigned"));
    var wrong =
        dialling.dial(
            target(port, 0, Optional.of(new Md5Key("hunter3"))),
            (_, _) -> client.words.add("wrong"));
    assertThat(outcome(target(port, 0, key))).isEqualTo("connected");
    assertThat(server.next()).isEqualTo("accepted");
    client.channel().sendKeepalive();
    server.channel().admit();
    assertThat(server.next()).isEqualTo("keepalive");
    assertThat(server.words).isEmpty();
    assertThat(client.words).isEmpty();
    unsigned.cancel();
    wrong.cancel();
  }

  // RFC 2385 for a whole network: one key for whoever comes from there.
  @Test
  void aRangeHasOneKey() throws Exception {
    int port = freePort();
    var key = new Md5Key("hunter2");
    var range = Prefix.containing(THERE, 24);
    var keyed = new Admission(Map.of(), Map.of(range, Optional.of(key)));
    serving.listen(Set.of(new Endpoint(HERE, port)), keyed);
    String told = server.next();
    assumeFalse(told.contains("not available"), () -> "no TCP MD5 for ranges here: " + told);
    assertThat(told).isEqualTo("listening");
    var unsigned = dialling.dial(target(port, 0, NO_KEY), (_, _) -> client.words.add("unsigned"));
    assertThat(outcome(target(port, 0, Optional.of(key)))).isEqualTo("connected");
    assertThat(server.next()).isEqualTo("accepted");
    assertThat(client.words).isEmpty();
    unsigned.cancel();
    // Another key, then none: the kernel forgets the old one.
    var other = new Md5Key("hunter3");
    serving.listen(
        Set.of(new Endpoint(HERE, port)),
        new Admission(Map.of(), Map.of(range, Optional.of(other))));
    assertThat(outcome(target(port, 0, Optional.of(other)))).isEqualTo("connected");
    assertThat(server.next()).isEqualTo("accepted");
    serving.listen(
        Set.of(new Endpoint(HERE, port)), new Admission(Map.of(), Map.of(range, NO_KEY)));
    assertThat(outcome(target(port, 0, NO_KEY))).isEqualTo("connected");
    assertThat(server.next()).isEqualTo("accepted");
  }

  @Test
  void whoIsOfNoRangeIsAStranger() throws Exception {
    int port = freePort();
    serving.listen(
        Set.of(new Endpoint(HERE, port)),
        new Admission(Map.of(), Map.of(Prefix.containing(HERE, 32), NO_KEY)));
    assertThat(server.next()).isEqualTo("listening");
    String told = outcome(target(port, 0, NO_KEY));
    if (told.equals("connected")) {
      client.channel().admit();
      assertThat(client.next()).isEqualTo("lost");
    } else {
      // The reset was faster than the news of the connection.
      assertThat(told).contains("reset");
    }
    assertThat(serving.strangers()).isEqualTo(1);
  }

  @Test
  void aConnectionWithoutItsKeyIsNone() throws Exception {
    assertThat(outcome(target(listen(), 0, TOO_LONG))).startsWith("TCP MD5 is not to be had");
    assertThat(server.words).isEmpty();
  }

  // RFC 5082: the kernel refuses a least TTL of 300, as one without the option would any.
  @Test
  void aConnectionWithoutItsTtlCheckIsNone() throws Exception {
    assertThat(outcome(target(listen(), 300, NO_KEY))).isNotEqualTo("connected").isNotEmpty();
    assertThat(server.next()).isEqualTo("accepted");
    server.channel().admit();
    assertThat(server.next()).as("it is closed").isEqualTo("lost");
  }

  @Test
  void anAcceptedConnectionWithoutItsTtlCheckIsLost() throws Exception {
    assertThat(outcome(target(listen(), 0, NO_KEY))).isEqualTo("connected");
    client.channel().admit();
    assertThat(server.next()).isEqualTo("accepted");
    server.channel().ttl(64, 300);
    assertThat(server.next()).isEqualTo("lost");
    assertThat(client.next()).isEqualTo("lost");
  }

  @Test
  void whatIsGivenUpIsClosed() throws Exception {
    int port = listen();
    var outcome = new LinkedBlockingQueue<Optional<PeerChannel>>();
    dialling.dial(target(port, 0, NO_KEY), (channel, _) -> outcome.add(channel)).cancel();
    // It may have been up before it was given up: then its owner closes it.
    Optional<PeerChannel> late = outcome.poll(1, TimeUnit.SECONDS);
    if (late != null) {
      late.ifPresent(channel -> channel.close(Optional.empty()));
    }
    if (server.words.poll(1, TimeUnit.SECONDS) != null) {
      server.channel().admit();
      assertThat(server.next()).isEqualTo("lost");
    }
  }
}
