package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 8538, 3 and 4: what a session's end in words leaves of the peer's routes. */
class NotificationRestartTest {
  private static Capability restart(boolean notification) {
    return new Capability.GracefulRestart(
        false, notification, 120, List.of(new Capability.RestartFamily(1, 1, true)));
  }

  /** An end, whether routes are kept where both have the N flag, and what the peer is told. */
  record Case(String name, SessionEvent event, boolean kept, String told) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    NotificationMessage gone = NotificationMessage.cease(NotificationMessage.PEER_DECONFIGURED);
    return Stream.of(
        new Case("hold time", new SessionEvent.HoldExpired(), true, "4/0"),
        new Case("send hold time", new SessionEvent.SendHoldExpired(), true, "8/0"),
        new Case(
            "malformed",
            new SessionEvent.MalformedReceived(1, NotificationMessage.of(3, 1)),
            true,
            "3/1"),
        new Case("it says CEASE", notification(NotificationMessage.cease(4)), true, ""),
        new Case("it says hold time", notification(NotificationMessage.of(4, 0)), true, ""),
        new Case("it says hard reset", notification(gone.asHardReset()), false, ""),
        new Case(
            "stop", new SessionEvent.Stop(DownCause.DECONFIGURED, gone), false, "6/9 then 6/3"),
        new Case(
            "limit",
            new SessionEvent.LimitExceeded(
                DownCause.PREFIX_LIMIT, NotificationMessage.cease(1), Optional.empty()),
            false,
            "6/9 then 6/1"));
  }

  private static SessionEvent notification(NotificationMessage message) {
    return new SessionEvent.NotificationReceived(1, message);
  }

  private static Step step(SessionEvent event, boolean own, boolean peers) {
    var ours = open(64512, "10.0.0.1", 90, IPV4, restart(own));
    Agreed agreed = Sessions.agreed(ours, open(64513, "10.0.0.2", 90, IPV4, restart(peers)));
    var state = new SessionState.Established(0, new Link(1, true), agreed, new Rival.None());
    return new SessionMachine(Sessions.config(64513, false, ours), new Random(1))
        .step(state, event);
  }

  private static boolean kept(Step step) {
    return step.actions().stream()
        .anyMatch(a -> a instanceof SessionAction.Down down && down.keepRoutes());
  }

  private static String told(Step step) {
    return step.actions().stream()
        .filter(SessionAction.Close.class::isInstance)
        .flatMap(a -> ((SessionAction.Close) a).last().stream())
        .map(NotificationRestartTest::words)
        .findFirst()
        .orElse("");
  }

  private static String words(NotificationMessage n) {
    String inner = "";
    if (n.isHardReset()) {
      inner = " then " + n.data().unsigned(0) + "/" + n.data().unsigned(1);
    }
    return n.code() + "/" + n.subcode() + inner;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whereBothHaveTheFlag(Case c) {
    Step step = step(c.event(), true, true);
    assertThat(kept(step)).isEqualTo(c.kept());
    assertThat(told(step)).isEqualTo(c.told());
  }

  // RFC 4724, 4: any NOTIFICATION ends it all; nobody understands a hard reset.
  @ParameterizedTest
  @MethodSource("cases")
  void whereOneHasNot(Case c) {
    for (boolean own : new boolean[] {true, false}) {
      Step step = step(c.event(), own, !own);
      assertThat(kept(step)).isFalse();
      assertThat(told(step)).isEqualTo(c.told().replace("6/9 then ", ""));
    }
  }
}
