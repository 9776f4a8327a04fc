package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Octets;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.foundation.addr.Ip4;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad peers, made of plain sockets: a clear outcome for each, and no harm to a good one. */
class SpeakerFaultTest {
  private static final int SPEAKER = 20;
  private static final int GOOD = 21;
  private static final int BAD = 22;
  private static final long BAD_AS = 64513;

  private static TestSpeaker speaker;
  private static TestSpeaker good;

  @BeforeAll
  static void start() throws Exception {
    speaker = new TestSpeaker(SPEAKER);
    good = new TestSpeaker(GOOD);
    speaker
        .originate("10.20.0.0/26")
        .configure(speaker.mesh(GOOD), speaker.peer(BAD, 64512, BAD_AS, true));
    good.originate("10.21.0.0/26").configure(good.mesh(SPEAKER));
    speaker.awaitRoute("10.21.0.0/26");
  }

  /** Whatever was done: the good session never ended, and nothing of ours failed. */
  @AfterAll
  static void theGoodPeerNeverNoticed() throws Exception {
    assertThat(good.view(SPEAKER).counters().established()).isEqualTo(1);
    assertThat(speaker.knows("10.21.0.0/26")).isTrue();
    assertThat(speaker.speaker.status().get(5, TimeUnit.SECONDS).failures()).isZero();
    speaker.close();
    good.close();
  }

  record Case(String name, Octets message, int code, int subcode) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> endings() {
    byte[] badMarker = Bytes.update("0000 0000");
    badMarker[0] = 0;
    byte[] tooLong = Bytes.update("0000 0000");
    tooLong[16] = (byte) 0xff;
    return Stream.of(
        ending("marker", badMarker, 1, 1),
        ending("length", tooLong, 1, 2),
        ending("type", Bytes.message(7, new byte[10]), 1, 3),
        ending("lengths inside of UPDATE", Bytes.update("0000 00ff"), 3, 1),
        ending("prefix of 33 bits", Bytes.update("0000 0000 21 0a00000000"), 3, 10),
        ending("MP_REACH without end", Bytes.update("0000 0007 800e04 0001 01 09"), 3, 9),
        ending("OPEN once more", Bytes.message(1, Bytes.ofHex("04 fc01 005a 0a090016 00")), 5, 3),
        ending("ROUTE-REFRESH of a byte", Bytes.message(5, new byte[1]), 7, 1));
  }

  private static Case ending(String name, byte[] message, int code, int subcode) {
    return new Case(name, Octets.of(message), code, subcode);
  }

  // RFC 4271, 6.1 to 6.3; RFC 6608; RFC 7313, 5; RFC 7606, 5.3
  @ParameterizedTest
  @MethodSource("endings")
  void endsTheSessionInWords(Case c) throws Exception {
    try (RawPeer bad = connect()) {
      bad.establish(BAD_AS, 90);
      bad.send(c.message().toBytes());
      NotificationMessage answer = bad.readNotification();
      assertThat(answer.code() + "/" + answer.subcode()).isEqualTo(c.code() + "/" + c.subcode());
      assertThat(bad.isClosed()).isTrue();
      assertThat(speaker.view(BAD).errorSent().orElseThrow().what())
          .startsWith(c.code() + "/" + c.subcode());
    }
  }

  // RFC 7606: the route is withdrawn, the session goes on.
  @Test
  void badAttributeCostsTheRouteOnly() throws Exception {
    try (RawPeer bad = connect()) {
      bad.establish(BAD_AS, 90);
      long faults = speaker.view(BAD).counters().faults();
      bad.send(bad.announce("1a0a160000", ""));
      speaker.awaitRoute("10.22.0.0/26");
      bad.send(bad.announce("1a0a160000", "c00803fde800"));
      speaker.awaitNoRoute("10.22.0.0/26");
      assertThat(speaker.view(BAD).counters().faults()).isEqualTo(faults + 1);
      // The first byte of a message may come long before the last.
      for (byte each : bad.announce("1a0a160000", "")) {
        bad.send(new byte[] {each});
      }
      speaker.awaitRoute("10.22.0.0/26");
    }
  }

  // RFC 4271, 6.5: only whole messages are signs of life.
  @Test
  void halfAMessageDoesNotKeepASessionAlive() throws Exception {
    try (RawPeer bad = connect()) {
      bad.establish(BAD_AS, 3);
      bad.send(new byte[] {-1, -1, -1});
      assertThat(bad.readNotification().text()).isEqualTo("4/0 Hold Timer Expired");
      speaker.await("says so", () -> speaker.saw(DownCause.HOLD_TIMER_EXPIRED));
    }
  }

  // RFC 4271, 6.2
  @Test
  void wrongAsIsRefused() throws Exception {
    try (RawPeer bad = connect()) {
      bad.send(bad.open(65000, 90));
      assertThat(bad.readNotification().text()).isEqualTo("2/2 Bad Peer AS");
    }
  }

  // RFC 6286, 2.1: an id is never zero.
  @Test
  void anIdOfZeroIsRefused() throws Exception {
    try (RawPeer bad = connect()) {
      bad.send(bad.open(BAD_AS, 90, Ip4.ANY));
      assertThat(bad.readNotification().text()).isEqualTo("2/3 Bad BGP Identifier");
    }
  }

  // RFC 6286, 2.1: an id is unique in its AS only.
  @Test
  void anIdOfAnotherAsMayBeOurs() throws Exception {
    try (RawPeer bad = connect()) {
      bad.send(bad.open(BAD_AS, 90, new Ip4(0x0a090000 | SPEAKER)));
      assertThat(bad.read()).isInstanceOf(KeepaliveMessage.class);
    }
  }

  @Test
  void resetsInEachStateLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 10; i++) {
      connect().reset(); // in OpenSent
      RawPeer confirming = connect();
      confirming.send(confirming.open(BAD_AS, 90));
      assertThat(confirming.read()).isInstanceOf(KeepaliveMessage.class);
      confirming.reset();
      RawPeer up = connect().establish(BAD_AS, 90);
      byte[] update = up.announce("1a0a160000", "");
      up.send(Arrays.copyOf(update, update.length / 2));
      up.reset();
    }
    try (RawPeer bad = connect()) {
      bad.establish(BAD_AS, 90);
      bad.send(bad.announce("1a0a160040", ""));
      speaker.awaitRoute("10.22.0.64/26");
    }
  }

  @Test
  void aPeerThatFlapsAHundredTimesIsLetInAgain() throws Exception {
    long before = speaker.view(BAD).counters().established();
    for (int i = 0; i < 100; i++) {
      try (RawPeer bad = connect()) {
        bad.establish(BAD_AS, 90);
        bad.send(bad.announce("200a1601%02x".formatted(i), ""));
        speaker.awaitRoute("10.22.1." + i + "/32"); // one of its own: those before are stale
      }
    }
    assertThat(speaker.view(BAD).counters().established()).isEqualTo(before + 100);
  }

  @Test
  void strangersAreNotLetIn() throws Exception {
    long before = speaker.speaker.status().get(5, TimeUnit.SECONDS).strangers();
    for (int i = 0; i < 1000; i++) {
      try (var stranger = new RawPeer(99, SPEAKER)) {
        assertThat(stranger.isClosed()).isTrue();
      } catch (SocketException e) {
        // The reset was faster than the news of the connection.
        assertThat(e).hasMessageContaining("reset");
      }
    }
    assertThat(speaker.speaker.status().get(5, TimeUnit.SECONDS).strangers())
        .isEqualTo(before + 1000);
  }

  // It gets what fits its socket, the newest state later; nobody else waits for it.
  @Test
  void aPeerThatNeverReadsStopsNobody() throws Exception {
    try (RawPeer bad = connect()) {
      bad.establish(BAD_AS, 90);
      String[] many =
          IntStream.range(0, 60_000)
              .mapToObj(i -> "10.%d.%d.%d/32".formatted(64 + (i >> 16), i >> 8 & 255, i & 255))
              .toArray(String[]::new);
      speaker.originate(many);
      good.awaitRoute(many[many.length - 1]);
      speaker.originate("10.20.0.0/26");
      good.awaitNoRoute(many[0]);
      good.awaitRoute("10.20.0.0/26");
    }
  }

  @Test
  @Timeout(60)
  void anAddressThatIsTakenIsTriedAgain() throws Exception {
    try (var late = new TestSpeaker(23)) {
      try (var holder =
          new ServerSocket(TestSpeaker.PORT, 1, InetAddress.getByName(TestSpeaker.LOOPBACK + 23))) {
        late.configure(late.peer(24, 64512, BAD_AS, true));
        assertThat(holder.isBound()).isTrue();
        assertThat(late.view(24).agreed()).isEmpty();
        while (notListening(late).isEmpty()) {
          // The bind has not failed yet; the test's time limit ends this.
          Thread.onSpinWait();
        }
        assertThat(notListening(late).getFirst())
            .startsWith(TestSpeaker.LOOPBACK + "23 port 1790: ");
      }
      try (RawPeer peer = RawPeer.knock(24, 23)) {
        peer.establish(BAD_AS, 90);
      }
      assertThat(notListening(late)).isEmpty();
    }
  }

  private static List<String> notListening(TestSpeaker speaker) throws Exception {
    return speaker.speaker.status().get(5, TimeUnit.SECONDS).notListening();
  }

  /** Connects when the last bad session's pause is over: until then it is turned away. */
  private static RawPeer connect() throws Exception {
    return RawPeer.knock(BAD, SPEAKER);
  }
}
