package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.HoldTime.Verdict;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HoldTimeTest {
  private static final Link MAIN = new Link(1, true);
  private static final Rival VISITOR = new Rival.Waiting(new Link(2, false));
  private static final Agreed AGREED = agreed(90);
  private static final Agreed ENDLESS = agreed(0);

  private static Agreed agreed(int hold) {
    return Sessions.agreed(
        open(64512, "10.0.0.1", hold, IPV4), open(64513, "10.0.0.2", hold, IPV4));
  }

  private static SessionState established(Agreed agreed) {
    return new SessionState.Established(0, MAIN, agreed, VISITOR);
  }

  record Case(String name, SessionState now, boolean heard, boolean armed, Verdict verdict) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Connection 1 was watched when the timer fired. */
  static Stream<Case> cases() {
    var taken = new SessionState.OpenSent(0, new Link(2, false), new Rival.None());
    return Stream.of(
        new Case("silence", established(AGREED), false, false, Verdict.OVER),
        new Case("half a message", established(AGREED), true, false, Verdict.LONGER),
        new Case("a KEEPALIVE", established(AGREED), true, true, Verdict.NOTHING),
        new Case(
            "silence before the OPEN",
            new SessionState.OpenSent(0, MAIN, VISITOR),
            false,
            false,
            Verdict.OVER),
        new Case(
            "silence before the KEEPALIVE",
            new SessionState.OpenConfirm(0, MAIN, AGREED, new Rival.None()),
            false,
            false,
            Verdict.OVER),
        new Case("another connection took over", taken, false, false, Verdict.LONGER),
        new Case("and has its own time", taken, false, true, Verdict.NOTHING),
        new Case("no hold time was agreed on", established(ENDLESS), true, false, Verdict.NOTHING),
        new Case(
            "the session ended", new SessionState.Idle(1, true), false, false, Verdict.NOTHING),
        new Case("it is dialled anew", new SessionState.Connect(1), true, false, Verdict.NOTHING));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void judgesWhenAllWasRead(Case c) {
    assertThat(HoldTime.judge(c.now(), 1, c.heard(), c.armed())).isEqualTo(c.verdict());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRivalsSilenceNeverCounts(Case c) {
    assertThat(HoldTime.watched(c.now()))
        .isEqualTo(
            switch (c.now()) {
              case SessionState.OpenSent s -> OptionalInt.of(s.link().id());
              case SessionState.OpenConfirm _, SessionState.Established _ -> OptionalInt.of(1);
              case SessionState.Idle _,
                  SessionState.Connect _,
                  SessionState.Active _,
                  SessionState.Delaying _ ->
                  OptionalInt.empty();
            });
  }
}
