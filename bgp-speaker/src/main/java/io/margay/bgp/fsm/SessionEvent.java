package io.margay.bgp.fsm;

import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * What can happen to a session (RFC 4271, 8.1). Events of a connection carry its number; those of
 * connections that the machine has closed are not delivered to it.
 */
public sealed interface SessionEvent {
  /** The peer is configured. */
  record Start() implements SessionEvent {}

  /** The session has to end, and to stay down. */
  record Stop(DownCause cause, NotificationMessage last) implements SessionEvent {}

  /**
   * The peer has more routes than it may have, or than there is room for.
   *
   * @param pause until the session is tried anew; empty for until it is started again
   */
  record LimitExceeded(DownCause cause, NotificationMessage last, Optional<Duration> pause)
      implements SessionEvent {}

  record ConnectRetryExpired() implements SessionEvent {}

  record DelayOpenExpired() implements SessionEvent {}

  record IdleHoldExpired() implements SessionEvent {}

  /** Nothing came for the hold time, and nothing unread is left in the socket. */
  record HoldExpired() implements SessionEvent {}

  /** The peer has long left unread what it was sent (RFC 9687). */
  record SendHoldExpired() implements SessionEvent {}

  record KeepaliveDue() implements SessionEvent {}

  record RivalExpired() implements SessionEvent {}

  /** What was dialled is connected. */
  record Connected(int connection) implements SessionEvent {}

  /** What was dialled is not to be had. */
  record ConnectFailed(String detail) implements SessionEvent {}

  /** The peer connected. */
  record Accepted(int connection) implements SessionEvent {}

  /** A connection was closed or reset by the other side, or broke. */
  record ConnectionLost(int connection, String detail) implements SessionEvent {}

  record OpenReceived(int connection, OpenMessage open) implements SessionEvent {}

  record KeepaliveReceived(int connection) implements SessionEvent {}

  /** One or more UPDATEs of one read. */
  record UpdateReceived(int connection) implements SessionEvent {}

  record RefreshReceived(int connection) implements SessionEvent {}

  record NotificationReceived(int connection, NotificationMessage notification)
      implements SessionEvent {}

  /** Something came that cannot be read. */
  record MalformedReceived(int connection, NotificationMessage answer) implements SessionEvent {}
}
