package io.margay.bgp.fsm;

import java.util.random.RandomGenerator;

/**
 * The session's machine (RFC 4271, 8.2): a function of state and event. It knows at most two
 * connections to the peer, the furthest one and a rival.
 */
public final class SessionMachine {
  private final Moves moves;

  /**
   * A machine for one peer.
   *
   * @param chance jitter of the timers
   */
  public SessionMachine(SessionConfig config, RandomGenerator chance) {
    this.moves = new Moves(config, chance);
  }

  /** Where every session begins. */
  public static SessionState initial() {
    return new SessionState.Idle(0, false);
  }

  public Step step(SessionState state, SessionEvent event) {
    return switch (state) {
      case SessionState.Idle s -> DownSteps.onIdle(moves, s, event);
      case SessionState.Connect s -> DownSteps.onConnect(moves, s, event);
      case SessionState.Active s -> DownSteps.onActive(moves, s, event);
      case SessionState.Delaying s -> DelayingSteps.step(moves, s, event);
      case SessionState.OpenSent s -> OpenSentSteps.step(moves, s, event);
      case SessionState.OpenConfirm s -> OpenConfirmSteps.step(moves, s, event);
      case SessionState.Established s -> EstablishedSteps.step(moves, s, event);
    };
  }
}
