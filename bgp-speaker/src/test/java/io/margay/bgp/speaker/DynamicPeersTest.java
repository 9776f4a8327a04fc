package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that nobody configured but their network. */
@Timeout(60)
class DynamicPeersTest {
  private static final long AS = 64512;

  @Test
  void whoeverComesFromTheRangeIsAPeer() throws Exception {
    try (var a = new TestSpeaker(40);
        var b = new TestSpeaker(41);
        var c = new TestSpeaker(42)) {
      a.originate("10.40.0.0/26").configureRanges(range(a, 9));
      b.originate("10.41.0.0/26").configure(b.peer(40, AS, AS, false));
      c.originate("10.42.0.0/26").configure(c.peer(40, AS, AS, false));
      a.awaitRoute("10.41.0.0/26");
      a.awaitRoute("10.42.0.0/26");
      b.awaitRoute("10.40.0.0/26");
      assertThat(a.view(41).range()).contains(range(a, 9).range());
      assertThat(a.view(41).phase()).isEqualTo(SessionPhase.ESTABLISHED);
      // The same said once more, with more room: sessions stay.
      a.configureRanges(range(a, 20));
      assertThat(a.view(41).counters().established()).isEqualTo(1);
      assertThat(a.view(41).phase()).isEqualTo(SessionPhase.ESTABLISHED);
      // Known by its address it is the same session; without a range the other one goes.
      a.configure(a.peer(41, AS, AS, true));
      b.await("stays", () -> b.established() == 1);
      c.await("is told", () -> c.saw(DownCause.NOTIFICATION_RECEIVED));
      a.awaitNoRoute("10.42.0.0/26");
      assertThat(a.knows("10.41.0.0/26")).isTrue();
      assertThat(a.view(41).range()).isEmpty();
    }
  }

  // RFC 4486, 4: CEASE with Connection Rejected.
  @Test
  void aFullRangeRefusesUntilSomebodyGoes() throws Exception {
    try (var a = new TestSpeaker(43)) {
      a.configureRanges(range(a, 1));
      try (RawPeer first = knock(44)) {
        first.establish(AS, 90);
        try (var second = new RawPeer(45, 43)) {
          assertThat(second.readNotification().text()).isEqualTo("6/5 Connection Rejected");
        }
        assertThat(a.speaker.peers().get(5, TimeUnit.SECONDS)).hasSize(1);
        first.send(RawPeer.notification(NotificationMessage.cease(2)));
        a.await("is told", () -> a.saw(DownCause.NOTIFICATION_RECEIVED));
      }
      try (RawPeer second = knock(45)) {
        second.establish(AS, 90);
        List<String> here =
            a.speaker.peers().get(5, TimeUnit.SECONDS).stream()
                .map(peer -> peer.address().toString())
                .toList();
        assertThat(here).containsExactly(TestSpeaker.address(45).toString());
      }
    }
  }

  private static PeerRange range(TestSpeaker speaker, int most) {
    Prefix range = Prefix.containing(TestSpeaker.address(0), 24);
    return new PeerRange(
        range, most, speaker.link(0, AS, AS, true), TestSpeaker.routing(speaker.number));
  }

  /** Connects until somebody is welcome: the one before has a pause to sit out. */
  private static RawPeer knock(int from) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        var peer = new RawPeer(from, 43);
        if (peer.isWelcome()) {
          return peer;
        }
        peer.close();
      } catch (IOException e) {
        // Not listening yet.
      }
      assertThat(System.nanoTime()).as("%d is never let in", from).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
