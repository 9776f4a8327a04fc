package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.export.ExportOptions;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.NotificationMessage;
import java.net.ConnectException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A neighbor that is taken down by hand (RFC 9003), and the warning before (RFC 8326). */
@Timeout(120)
class ShutdownTest {
  private static final String WORDS = "6/2 Administrative Shutdown: \"new cables\"";

  private static PeerConfig leaving(PeerConfig peer) {
    return new PeerConfig(
        peer.name(),
        peer.kind(),
        peer.link(),
        peer.routing().withExporting(new ExportOptions(true, false)));
  }

  private static Attributes known(TestSpeaker speaker, String prefix) {
    return speaker.best(prefix).map(BestRoute::attributes).orElse(Attributes.LOCAL);
  }

  private static boolean isLastChoice(TestSpeaker speaker, String prefix) {
    return known(speaker, prefix).localPref().orElse(1) == 0;
  }

  // RFC 9003, 2: the text is read there; the session stays down, and no other notices.
  @Test
  void theOtherSideReadsWhy() throws Exception {
    try (var a = new TestSpeaker(80);
        var b = new TestSpeaker(81);
        var c = new TestSpeaker(82)) {
      a.originate("10.80.0.0/26").configure(a.mesh(81), a.mesh(82));
      b.originate("10.81.0.0/26").configure(b.mesh(80));
      c.configure(c.mesh(80));
      a.awaitRoute("10.81.0.0/26");
      b.awaitRoute("10.80.0.0/26");
      c.awaitRoute("10.80.0.0/26");
      a.configure(a.mesh(81).withShutdown(Optional.of("new cables")), a.mesh(82));
      a.awaitNoRoute("10.81.0.0/26");
      b.awaitNoRoute("10.80.0.0/26");
      // As a hard reset at first, then as the answer to each attempt.
      assertThat(b.view(80).errorReceived().orElseThrow().what()).endsWith(WORDS);
      assertThat(a.view(81).phase()).isEqualTo(SessionPhase.IDLE);
      assertThat(a.view(81).lastDown().orElseThrow().what()).endsWith(WORDS);
      assertThat(a.saw(DownCause.SHUT_DOWN)).isTrue();
      a.configure(a.mesh(81), a.mesh(82));
      a.awaitRoute("10.81.0.0/26");
      b.awaitRoute("10.80.0.0/26");
      assertThat(c.established()).isEqualTo(1);
      assertThat(c.view(80).phase()).isEqualTo(SessionPhase.ESTABLISHED);
    }
  }

  // What is kept of a peer that restarts goes with the decision that it is not to come back; and a
  // speaker that restarts itself does not wait for it.
  @Test
  void nothingIsKeptOfWhoIsShutOut() throws Exception {
    try (var a = new TestSpeaker(88, SpeakerSettings.restarted(88))) {
      PeerConfig away = a.peer(89, 64512, 64513, true);
      PeerConfig never = a.peer(90, 64512, 64513, true).withShutdown(Optional.of(""));
      a.configure(away, never);
      try (RawPeer peer = RawPeer.knock(89, 88).establish(64513, 0)) {
        peer.send(peer.announce("1a0a590000", ""));
        peer.send(Bytes.update("0000 0000"));
        a.awaitRoute("10.89.0.0/26");
        peer.reset();
      }
      a.await("loses it", () -> a.saw(DownCause.CONNECTION_LOST));
      assertThat(a.knows("10.89.0.0/26")).isTrue();
      a.configure(away.withShutdown(Optional.of("")), never);
      a.awaitNoRoute("10.89.0.0/26");
      assertThat(a.view(89).staleFamilies()).isEmpty();
    }
  }

  // RFC 9003, 2: also where the session was never up.
  @Test
  void whoConnectsAllTheSameIsToldWhy() throws Exception {
    try (var a = new TestSpeaker(83)) {
      PeerConfig down = a.peer(84, 64512, 64513, true).withShutdown(Optional.of("new cables"));
      a.configure(down);
      a.await("says so", () -> a.saw(DownCause.SHUT_DOWN));
      assertThat(told(84, 83).text()).isEqualTo(WORDS);
      // Another text does not wake it.
      a.configure(down.withShutdown(Optional.of("")));
      assertThat(told(84, 83).text()).isEqualTo("6/2 Administrative Shutdown");
      assertThat(a.view(84).phase()).isEqualTo(SessionPhase.IDLE);
    }
  }

  /** Connects when the speaker listens; the test's time limit ends this. */
  private static NotificationMessage told(int from, int speaker) throws Exception {
    while (true) {
      try (var peer = new RawPeer(from, speaker)) {
        return peer.readNotification();
      } catch (ConnectException e) {
        Thread.onSpinWait();
      }
    }
  }

  // RFC 8326, 4: no session is reset for it, and it can be taken back.
  @Test
  void beforeTheEndTrafficIsMoved() throws Exception {
    try (var a = new TestSpeaker(85);
        var inside = new TestSpeaker(86);
        var outside = new TestSpeaker(87)) {
      PeerConfig in = a.mesh(86);
      PeerConfig out = a.peer(87, 64512, 64513, true);
      a.originate("10.85.0.0/26").configure(in, out);
      inside.configure(inside.mesh(85));
      outside.originate("10.87.0.0/26").configure(outside.peer(85, 64513, 64512, false));
      inside.awaitRoute("10.85.0.0/26");
      outside.awaitRoute("10.85.0.0/26");
      a.awaitRoute("10.87.0.0/26");
      a.configure(leaving(in), leaving(out));
      inside.await("last choice inside", () -> isLastChoice(inside, "10.85.0.0/26"));
      outside.await("last choice outside", () -> isLastChoice(outside, "10.85.0.0/26"));
      a.await("and here", () -> isLastChoice(a, "10.87.0.0/26"));
      assertThat(known(outside, "10.85.0.0/26").communities())
          .containsExactly(Community.GRACEFUL_SHUTDOWN);
      a.configure(in, out);
      outside.await("taken back", () -> !isLastChoice(outside, "10.85.0.0/26"));
      assertThat(a.established()).isEqualTo(2);
    }
  }
}
