package io.margay.bgp.fsm;

/**
 * Where a session is (RFC 4271, 8.2.2). {@code failures} counts what went wrong since the last
 * session that lasted; it lengthens the pause in Idle.
 */
public sealed interface SessionState {
  /** Nothing is tried; {@code waiting} for the end of a pause, or stopped. */
  record Idle(int failures, boolean waiting) implements SessionState {}

  /** A connection is being dialled. */
  record Connect(int failures) implements SessionState {}

  /** Waits for the peer to connect, or for the time to dial again. */
  record Active(int failures) implements SessionState {}

  /**
   * Connected, no OPEN sent: the peer's is to come first (RFC 4271, 8.1.1, DelayOpen). To the RFC
   * this is Connect where this side dialled, else Active.
   *
   * @param rival may still be dialled
   */
  record Delaying(int failures, Link link, Rival rival) implements SessionState {}

  /** Connected, OPEN sent; waits for the peer's. */
  record OpenSent(int failures, Link link, Rival rival) implements SessionState {}

  /** OPENs agree; waits for the peer's KEEPALIVE. The rival, if any, is not up yet. */
  record OpenConfirm(int failures, Link link, Agreed agreed, Rival rival) implements SessionState {}

  /**
   * Routes are exchanged.
   *
   * @param rival a new connection of a peer that may have restarted
   */
  record Established(int failures, Link link, Agreed agreed, Rival rival) implements SessionState {}

  /** The state's name in the RFC. */
  default SessionPhase phase() {
    return switch (this) {
      case Idle _ -> SessionPhase.IDLE;
      case Connect _ -> SessionPhase.CONNECT;
      case Active _ -> SessionPhase.ACTIVE;
      case Delaying s -> s.link().dialled() ? SessionPhase.CONNECT : SessionPhase.ACTIVE;
      case OpenSent _ -> SessionPhase.OPEN_SENT;
      case OpenConfirm _ -> SessionPhase.OPEN_CONFIRM;
      case Established _ -> SessionPhase.ESTABLISHED;
    };
  }
}
