package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.StaleRoutes.Action.Arm;
import io.margay.bgp.fsm.StaleRoutes.Action.Cancel;
import io.margay.bgp.fsm.StaleRoutes.Action.MarkStale;
import io.margay.bgp.fsm.StaleRoutes.Action.Purge;
import io.margay.bgp.fsm.StaleRoutes.Action.PurgeStale;
import io.margay.bgp.wire.Capability;
import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 4724, 4.2. */
class StaleRoutesTest {
  private static Agreed agreed(Capability.RestartFamily... families) {
    var restart = new Capability.GracefulRestart(true, false, 120, List.of(families));
    return Sessions.agreed(
        Sessions.open(64512, "10.0.0.1", 90, IPV4, IPV6, restart),
        Sessions.open(64513, "10.0.0.2", 90, IPV4, IPV6, restart));
  }

  private static Capability.RestartFamily family(int afi, boolean forwarding) {
    return new Capability.RestartFamily(afi, 1, forwarding);
  }

  @Test
  void aLostSessionKeepsTheFamiliesThatSurvive() {
    StaleRoutes.Result lost = StaleRoutes.NONE.down(agreed(family(1, true)), true);
    assertThat(lost.actions())
        .containsExactlyInAnyOrder(
            new PurgeStale(Family.IPV4),
            new MarkStale(Family.IPV4),
            new Purge(Family.IPV6),
            new Arm(Duration.ofMinutes(2)));
    assertThat(lost.next().families()).containsExactly(Family.IPV4);
  }

  @Test
  void aSessionThatEndedInWordsKeepsNothing() {
    StaleRoutes.Result ended = StaleRoutes.NONE.down(agreed(family(1, true)), false);
    assertThat(ended.actions())
        .containsExactlyInAnyOrder(new Purge(Family.IPV4), new Purge(Family.IPV6), new Cancel());
    assertThat(ended.next()).isEqualTo(StaleRoutes.NONE);
  }

  @Test
  void aPeerThatIsBackGetsTimeForItsTable() {
    var waiting = new StaleRoutes(Set.of(Family.IPV4, Family.IPV6), false);
    StaleRoutes.Result back = waiting.up(agreed(family(1, true), family(2, true)));
    assertThat(back.actions()).containsExactly(new Arm(Duration.ofMinutes(2)));
    StaleRoutes.Result first = back.next().endOfRib(Family.IPV4);
    assertThat(first.actions()).containsExactly(new PurgeStale(Family.IPV4));
    StaleRoutes.Result second = first.next().endOfRib(Family.IPV6);
    assertThat(second.actions()).containsExactly(new PurgeStale(Family.IPV6), new Cancel());
    assertThat(second.next()).isEqualTo(StaleRoutes.NONE);
  }

  @Test
  void whatThePeerDidNotKeepInUseGoesAtOnce() {
    var waiting = new StaleRoutes(Set.of(Family.IPV4, Family.IPV6), false);
    StaleRoutes.Result back = waiting.up(agreed(family(1, true), family(2, false)));
    assertThat(back.actions()).contains(new PurgeStale(Family.IPV6));
    assertThat(back.next().families()).containsExactly(Family.IPV4);
    StaleRoutes.Result none = waiting.up(agreed());
    assertThat(none.actions())
        .containsExactlyInAnyOrder(
            new PurgeStale(Family.IPV4), new PurgeStale(Family.IPV6), new Cancel());
  }

  @Test
  void endOfRibBeforeTheNewSessionMeansNothing() {
    var waiting = new StaleRoutes(Set.of(Family.IPV4), false);
    assertThat(waiting.endOfRib(Family.IPV4).actions()).isEmpty();
  }

  @Test
  void timeTakesWhatIsLeft() {
    var waiting = new StaleRoutes(Set.of(Family.IPV4), false);
    assertThat(waiting.expired().actions()).containsExactly(new PurgeStale(Family.IPV4));
    assertThat(waiting.expired().next()).isEqualTo(StaleRoutes.NONE);
  }
}
