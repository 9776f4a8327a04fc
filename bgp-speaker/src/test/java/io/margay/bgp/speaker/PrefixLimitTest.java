package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PrefixLimit;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 4271, 6.7 and RFC 4486, 4: a peer with more routes than it may have. */
class PrefixLimitTest {
  private static final String TOO_MANY =
      "6/1 Maximum Number of Prefixes Reached: more than 2 of family 1/1";

  @Test
  void oneRouteTooManyEndsTheSessionUntilTheLimitIsAnother() throws Exception {
    try (var a = new TestSpeaker(50);
        var b = new TestSpeaker(51)) {
      a.configure(limited(a.mesh(51), 2, new PrefixLimit.Action.Stop()));
      b.originate("10.51.0.0/26", "10.51.0.64/26").configure(b.mesh(50));
      a.awaitRoute("10.51.0.0/26");
      a.awaitRoute("10.51.0.64/26");
      b.originate("10.51.0.0/26", "10.51.0.64/26", "10.51.0.128/26");
      b.await("is told", () -> b.saw(DownCause.NOTIFICATION_RECEIVED));
      a.awaitNoRoute("10.51.0.0/26");
      assertThat(b.view(50).errorReceived().orElseThrow().what())
          .isEqualTo("6/9 Hard Reset: " + TOO_MANY);
      PeerView view = a.view(51);
      assertThat(view.errorSent().orElseThrow().what()).isEqualTo("6/9 Hard Reset: " + TOO_MANY);
      assertThat(view.lastDown().orElseThrow().what()).startsWith("PREFIX_LIMIT: 6/1");
      assertThat(view.phase()).isEqualTo(SessionPhase.IDLE);
      PeerView.Limit limit = view.limits().getFirst();
      assertThat(limit.exceeded()).isEqualTo(1);
      assertThat(limit.warnings()).isGreaterThanOrEqualTo(1);
      assertThat(limit.action()).isEqualTo("stop");
      a.configure(limited(a.mesh(51), 3, new PrefixLimit.Action.Stop()));
      a.awaitRoute("10.51.0.128/26");
    }
  }

  @Test
  void theSessionIsTriedAnewAfterThePause() throws Exception {
    try (var a = new TestSpeaker(52);
        var b = new TestSpeaker(53)) {
      a.configure(limited(a.mesh(53), 1, new PrefixLimit.Action.Restart(Duration.ofMillis(300))));
      b.originate("10.53.0.0/26", "10.53.0.64/26").configure(b.mesh(52));
      a.await("ends it", () -> a.saw(DownCause.PREFIX_LIMIT));
      b.originate("10.53.0.0/26");
      a.awaitRoute("10.53.0.0/26");
    }
  }

  @Test
  void aWarningEndsNothing() throws Exception {
    try (var a = new TestSpeaker(54);
        var b = new TestSpeaker(55)) {
      a.configure(limited(a.mesh(55), 1, new PrefixLimit.Action.Warn()));
      b.originate("10.55.0.0/26", "10.55.0.64/26").configure(b.mesh(54));
      a.awaitRoute("10.55.0.0/26");
      a.awaitRoute("10.55.0.64/26");
      PeerView view = a.view(55);
      assertThat(view.phase()).isEqualTo(SessionPhase.ESTABLISHED);
      assertThat(view.limits().getFirst().received()).isEqualTo(2);
      assertThat(view.limits().getFirst().exceeded()).isEqualTo(1);
    }
  }

  private static PeerConfig limited(PeerConfig peer, int most, PrefixLimit.Action action) {
    PeerConfig.Routing routing =
        peer.routing().withLimits(Map.of(Family.IPV4, new PrefixLimit(most, 75, action)));
    return new PeerConfig(peer.name(), peer.kind(), peer.link(), routing);
  }
}
