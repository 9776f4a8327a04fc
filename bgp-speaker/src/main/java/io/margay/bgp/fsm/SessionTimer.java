package io.margay.bgp.fsm;

/** Timers of a session; each is armed at most once. */
public enum SessionTimer {
  CONNECT_RETRY,
  IDLE_HOLD,
  /** How long the peer's OPEN is to come first (RFC 4271, 8.1.1, DelayOpen). */
  DELAY_OPEN,
  HOLD,
  KEEPALIVE,
  /** Ends a second connection that gets nowhere. */
  RIVAL
}
