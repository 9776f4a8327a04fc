package io.margay.bgp.fsm;

/** Why a session ended, or a connection did before there was a session. One word everywhere. */
public enum DownCause {
  /** The peer was taken out of the configuration. */
  DECONFIGURED,
  /** It was taken down by hand, and stays so until the configuration says otherwise. */
  SHUT_DOWN,
  /** Something changed that a session cannot live with. */
  RECONFIGURED,
  /** Nothing was heard for the hold time. */
  HOLD_TIMER_EXPIRED,
  /** The peer did not read for the send hold time (RFC 9687). */
  SEND_HOLD_EXPIRED,
  /** The peer sent a NOTIFICATION. */
  NOTIFICATION_RECEIVED,
  /** The peer broke the protocol; it was told so. */
  PROTOCOL_ERROR,
  /** The peer's OPEN was not acceptable; it was told so. */
  OPEN_REFUSED,
  /** The peer announced more routes than it may (RFC 4271, 6.7); it was told so. */
  PREFIX_LIMIT,
  /** The tables of all peers are full, and this one announced more; it was told so (RFC 4486). */
  OUT_OF_RESOURCES,
  /** The connection was closed or reset without a word. */
  CONNECTION_LOST,
  /** The connection could not be made. */
  CONNECT_FAILED,
  /** Another connection to the same peer won (RFC 4271, 6.8). */
  COLLISION,
  /** The peer came with a new connection while the old one looked alive (RFC 4724, 4.2). */
  PEER_RESTARTED,
  /** A second connection never got to an OPEN. */
  RIVAL_TIMED_OUT
}
