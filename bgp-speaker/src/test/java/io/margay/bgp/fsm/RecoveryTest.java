package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.RESTART;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Capability;
import io.margay.foundation.addr.Family;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 4724, 4.1. */
class RecoveryTest {
  private static final Agreed GRACEFUL = agreed(RESTART);
  private static final Agreed PLAIN = agreed();
  private static final Agreed RESTARTING =
      agreed(new Capability.GracefulRestart(true, false, 120, List.of()));

  private static Agreed agreed(Capability... more) {
    var all = new ArrayList<>(List.of(more));
    all.add(IPV4);
    return Sessions.agreed(
        Sessions.open(64512, "10.0.0.1", 90, IPV4, RESTART),
        Sessions.open(64513, "10.0.0.2", 90, all.toArray(Capability[]::new)));
  }

  @Test
  void isOverAtOnceWithoutPeers() {
    assertThat(new Recovery<String>(List.of()).isComplete()).isTrue();
  }

  @Test
  void waitsForEndOfRibOfEachPeer() {
    var recovery = new Recovery<>(List.of("a", "b"));
    recovery.up("a", GRACEFUL);
    recovery.endOfRib("a", Family.IPV4);
    assertThat(recovery.waitingFor()).containsExactly("b");
    recovery.up("b", GRACEFUL);
    assertThat(recovery.isComplete()).isFalse();
    recovery.endOfRib("b", Family.IPV4);
    assertThat(recovery.isComplete()).isTrue();
  }

  @Test
  void doesNotWaitForThoseWhoWaitForUs() {
    var recovery = new Recovery<>(List.of("plain", "restarting"));
    recovery.up("plain", PLAIN);
    recovery.up("restarting", RESTARTING);
    assertThat(recovery.isComplete()).isTrue();
  }

  // Decision 0190: what they were is in use until they have spoken.
  @Test
  void whatIsInUseOfAPeerThatRestartsStaysUntilItHasSpoken() {
    var recovery = new Recovery<>(List.of("restarting", "other"));
    assertThat(recovery.isSettled()).isTrue();
    recovery.up("restarting", RESTARTING);
    recovery.up("other", RESTARTING);
    recovery.down("restarting");
    assertThat(recovery.isComplete()).isTrue();
    assertThat(recovery.isSettled()).isFalse();
    recovery.endOfRib("restarting", Family.IPV4);
    assertThat(recovery.isSettled()).isFalse();
    recovery.remove("other");
    assertThat(recovery.isSettled()).isTrue();
  }

  @Test
  void aPeerThatGoesAgainIsWaitedForAgain() {
    var recovery = new Recovery<>(List.of("a"));
    recovery.up("a", GRACEFUL);
    recovery.down("a");
    assertThat(recovery.waitingFor()).containsExactly("a");
    recovery.giveUpSilent();
    assertThat(recovery.isComplete()).isTrue();
    recovery.up("a", GRACEFUL);
    assertThat(recovery.isComplete()).as("given up once is given up").isTrue();
  }

  @Test
  void configurationComesAndGoes() {
    var recovery = new Recovery<>(List.of("a"));
    recovery.add("b");
    recovery.remove("a");
    assertThat(recovery.waitingFor()).containsExactly("b");
    recovery.remove("b");
    assertThat(recovery.isComplete()).isTrue();
  }
}
