package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.StaleRoutes.Action.Arm;
import io.margay.bgp.fsm.StaleRoutes.Action.ArmLongLived;
import io.margay.bgp.fsm.StaleRoutes.Action.Cancel;
import io.margay.bgp.fsm.StaleRoutes.Action.CancelLongLived;
import io.margay.bgp.fsm.StaleRoutes.Action.DepreferStale;
import io.margay.bgp.fsm.StaleRoutes.Action.MarkStale;
import io.margay.bgp.fsm.StaleRoutes.Action.Purge;
import io.margay.bgp.fsm.StaleRoutes.Action.PurgeStale;
import io.margay.bgp.fsm.StaleRoutes.Kept;
import io.margay.bgp.fsm.StaleRoutes.Phase;
import io.margay.bgp.wire.Capability;
import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** RFC 4724, 4.2; RFC 9494, 4.2. */
class StaleRoutesTest {
  private static Agreed agreed(Capability.RestartFamily... families) {
    var restart = new Capability.GracefulRestart(true, false, 120, List.of(families));
    return Sessions.agreed(
        Sessions.open(64512, "10.0.0.1", 90, IPV4, IPV6, restart),
        Sessions.open(64513, "10.0.0.2", 90, IPV4, IPV6, restart));
  }

  private static StaleRoutes restarting(Family... families) {
    var kept = new EnumMap<Family, Kept>(Family.class);
    Set.of(families).forEach(f -> kept.put(f, new Kept(Phase.RESTARTING, Duration.ZERO)));
    return new StaleRoutes(kept, false);
  }

  /** IPv4 alone, with these times in seconds; {@code forwarding}: it was kept in use. */
  private static Agreed longLived(int restart, int longLived, boolean forwarding) {
    var graceful = new Capability.GracefulRestart(true, false, restart, List.of(family(1, true)));
    var stale =
        new Capability.LongLived(
            List.of(new Capability.LongLivedFamily(1, 1, forwarding, longLived)));
    return Sessions.agreed(
        Sessions.open(64512, "10.0.0.1", 90, IPV4, graceful, new Capability.LongLived(List.of())),
        Sessions.open(64513, "10.0.0.2", 90, IPV4, graceful, stale));
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
    var waiting = restarting(Family.IPV4, Family.IPV6);
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
    var waiting = restarting(Family.IPV4, Family.IPV6);
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
    var waiting = restarting(Family.IPV4);
    assertThat(waiting.endOfRib(Family.IPV4).actions()).isEmpty();
  }

  @Test
  void timeTakesWhatIsLeft() {
    var waiting = restarting(Family.IPV4);
    assertThat(waiting.expired().actions()).containsExactly(new PurgeStale(Family.IPV4));
    assertThat(waiting.expired().next()).isEqualTo(StaleRoutes.NONE);
  }

  // RFC 9494, 4.2: first the one time, then the other.
  @Test
  void behindTheRestartTimeTheLongOneBegins() {
    StaleRoutes.Result lost = StaleRoutes.NONE.down(longLived(120, 3600, true), true);
    assertThat(lost.actions())
        .containsExactly(new MarkStale(Family.IPV4), new Arm(Duration.ofMinutes(2)));
    StaleRoutes.Result later = lost.next().expired();
    assertThat(later.actions())
        .containsExactly(
            new DepreferStale(Family.IPV4), new ArmLongLived(Family.IPV4, Duration.ofHours(1)));
    assertThat(later.next().longLived()).containsExactly(Family.IPV4);
    assertThat(later.next().families()).containsExactly(Family.IPV4);
    StaleRoutes.Result end = later.next().longLivedExpired(Family.IPV4);
    assertThat(end.actions()).containsExactly(new PurgeStale(Family.IPV4));
    assertThat(end.next()).isEqualTo(StaleRoutes.NONE);
  }

  // RFC 9494, 4.2: a time of zero is a period of no length.
  @Test
  void withoutARestartTimeTheLongOneBeginsAtOnce() {
    StaleRoutes.Result lost = StaleRoutes.NONE.down(longLived(0, 3600, true), true);
    assertThat(lost.actions())
        .containsExactly(
            new MarkStale(Family.IPV4),
            new DepreferStale(Family.IPV4),
            new ArmLongLived(Family.IPV4, Duration.ofHours(1)),
            new Cancel());
    StaleRoutes.Result neither = StaleRoutes.NONE.down(longLived(0, 0, true), true);
    assertThat(neither.actions()).containsExactly(new Purge(Family.IPV4), new Cancel());
  }

  // RFC 9494, 4.2: the long time runs on until End-of-RIB, through sessions and losses.
  @Test
  void anotherLossDoesNotLengthenTheLongTime() {
    Agreed agreed = longLived(0, 3600, true);
    StaleRoutes away = StaleRoutes.NONE.down(agreed, true).next();
    StaleRoutes.Result back = away.up(agreed);
    assertThat(back.actions()).containsExactly(new Cancel());
    StaleRoutes.Result again = back.next().down(agreed, true);
    assertThat(again.actions())
        .containsExactly(new MarkStale(Family.IPV4), new DepreferStale(Family.IPV4), new Cancel());
    StaleRoutes.Result through = again.next().up(agreed).next().endOfRib(Family.IPV4);
    assertThat(through.actions())
        .containsExactly(new PurgeStale(Family.IPV4), new CancelLongLived(Family.IPV4));
    assertThat(through.next()).isEqualTo(StaleRoutes.NONE);
  }

  // RFC 9494, 4.2: over while the peer synchronizes, it takes what is not refreshed; a loss before
  // the End-of-RIB takes the rest.
  @Test
  void aLongTimeThatEndsInASessionIsNotBegunAnew() {
    Agreed agreed = longLived(0, 3600, true);
    StaleRoutes back = StaleRoutes.NONE.down(agreed, true).next().up(agreed).next();
    StaleRoutes.Result over = back.longLivedExpired(Family.IPV4);
    assertThat(over.actions()).containsExactly(new PurgeStale(Family.IPV4));
    assertThat(over.next().families()).isEmpty();
    assertThat(over.next().down(agreed, true).actions())
        .containsExactly(new Purge(Family.IPV4), new Cancel());
    StaleRoutes synchronizedNow = over.next().endOfRib(Family.IPV4).next();
    assertThat(synchronizedNow.down(agreed, true).next().longLived()).containsExactly(Family.IPV4);
  }

  // RFC 9494, 4.2: as with the restart time, a peer that kept nothing in use ends it.
  @Test
  void aPeerThatKeptNothingInUseEndsTheLongTime() {
    StaleRoutes away = StaleRoutes.NONE.down(longLived(0, 3600, true), true).next();
    assertThat(away.up(longLived(0, 3600, false)).actions())
        .containsExactly(
            new PurgeStale(Family.IPV4), new CancelLongLived(Family.IPV4), new Cancel());
  }

  // RFC 9494, 4.2: what was stale before is kept a second time, unlike with RFC 4724 alone.
  @Test
  void twoLossesWithinTheRestartTimeKeepBoth() {
    Agreed agreed = longLived(120, 3600, true);
    StaleRoutes back = StaleRoutes.NONE.down(agreed, true).next().up(agreed).next();
    assertThat(back.down(agreed, true).actions())
        .containsExactly(new MarkStale(Family.IPV4), new Arm(Duration.ofMinutes(2)));
    assertThat(back.expired().actions())
        .as("in a session the table has to come within the restart time")
        .containsExactly(new PurgeStale(Family.IPV4));
  }
}
