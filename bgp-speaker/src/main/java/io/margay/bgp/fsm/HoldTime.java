package io.margay.bgp.fsm;

import java.util.OptionalInt;

/**
 * The end of a session's hold time. A thread that could not run for long must not blame the peer:
 * what waits in the socket is read first, and the session judged after.
 */
public final class HoldTime {
  private HoldTime() {}

  /** What becomes of the session. */
  public enum Verdict {
    /** Its peer was silent. */
    OVER,
    /** Something came that is no sign of life by itself: a while longer, as BIRD does. */
    LONGER,
    /** It has another hold time by now, or none. */
    NOTHING
  }

  /** The connection whose silence counts: not a rival's. Empty when none is up. */
  public static OptionalInt watched(SessionState state) {
    return switch (state) {
      case SessionState.Idle _,
          SessionState.Connect _,
          SessionState.Active _,
          SessionState.Delaying _ ->
          OptionalInt.empty();
      case SessionState.OpenSent s -> OptionalInt.of(s.link().id());
      case SessionState.OpenConfirm s -> OptionalInt.of(s.link().id());
      case SessionState.Established s -> OptionalInt.of(s.link().id());
    };
  }

  /**
   * Judges when all that waited was read.
   *
   * @param now the state by now
   * @param watched the connection that was {@link #watched} when the timer fired
   * @param heard something came on it since
   * @param armed the timer runs anew
   */
  public static Verdict judge(SessionState now, int watched, boolean heard, boolean armed) {
    if (armed || !holds(now)) {
      return Verdict.NOTHING;
    }
    boolean same = watched(now).equals(OptionalInt.of(watched));
    // Another connection took over without a hold time of its own: it gets the while.
    return same && !heard ? Verdict.OVER : Verdict.LONGER;
  }

  private static boolean holds(SessionState state) {
    return switch (state) {
      case SessionState.Idle _,
          SessionState.Connect _,
          SessionState.Active _,
          SessionState.Delaying _ ->
          false;
      case SessionState.OpenSent _ -> true;
      case SessionState.OpenConfirm s -> !s.agreed().hold().isZero();
      case SessionState.Established s -> !s.agreed().hold().isZero();
    };
  }
}
