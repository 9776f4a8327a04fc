package io.margay.bgp.fsm;

import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.Optional;

/** What the shell does for the machine, in the order given. */
public sealed interface SessionAction {
  /** Dials the peer; answered by Connected or ConnectFailed, unless {@link StopDial} comes. */
  record Dial() implements SessionAction {}

  /** Gives up what is being dialled. */
  record StopDial() implements SessionAction {}

  record SendOpen(int connection, OpenMessage open) implements SessionAction {}

  record SendKeepalive(int connection) implements SessionAction {}

  /** Closes a connection, behind a NOTIFICATION or without a word. */
  record Close(int connection, Optional<NotificationMessage> last) implements SessionAction {}

  /** Starts a timer, or starts it anew. */
  record Arm(SessionTimer timer, Duration after) implements SessionAction {}

  record Cancel(SessionTimer timer) implements SessionAction {}

  /** From now on the connection's UPDATEs are read as agreed. */
  record Agree(int connection, Agreed agreed) implements SessionAction {}

  /** The session is up: send the table. */
  record Up(int connection, Agreed agreed) implements SessionAction {}

  /** The session that was up is down; its routes go, or are kept as stale. */
  record Down(DownCause cause, String detail, boolean keepRoutes) implements SessionAction {}

  /** An attempt came to nothing. */
  record Failed(DownCause cause, String detail) implements SessionAction {}

  /** The peer wants its routes again (RFC 2918). */
  record SendRoutesAgain() implements SessionAction {}
}
