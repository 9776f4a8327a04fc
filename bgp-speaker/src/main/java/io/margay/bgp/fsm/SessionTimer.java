package io.margay.bgp.fsm;

/** Timers of a session; each is armed at most once. */
public enum SessionTimer {
  CONNECT_RETRY,
  IDLE_HOLD,
  HOLD,
  KEEPALIVE,
  /** Ends a second connection that gets nowhere. */
  RIVAL
}
