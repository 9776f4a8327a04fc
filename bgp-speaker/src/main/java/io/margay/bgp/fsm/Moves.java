package io.margay.bgp.fsm;

import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What several states do in the same way. */
final class Moves {
  /** Hold time until OPENs have agreed on one (RFC 4271, 8.2.2, OpenSent). */
  static final Duration LARGE_HOLD = Duration.ofMinutes(4);

  /** How long a second connection may take to its OPEN. */
  static final Duration RIVAL_TIME = Duration.ofSeconds(30);

  private static final Rival NO_RIVAL = new Rival.None();

  private final SessionConfig config;
  private final RandomGenerator chance;

  Moves(SessionConfig config, RandomGenerator chance) {
    this.config = config;
    this.chance = chance;
  }

  SessionConfig config() {
    return config;
  }

  static Rival noRival() {
    return NO_RIVAL;
  }

  /** Dials, or waits where the peer is to do it. */
  Step begin(int failures) {
    return config.passive()
        ? Step.to(new SessionState.Active(failures))
        : Step.to(new SessionState.Connect(failures), new SessionAction.Dial(), armConnectRetry());
  }

  /** Waits for the peer, or for the time to dial again. */
  Step retry(int failures) {
    return config.passive()
        ? Step.to(new SessionState.Active(failures))
        : Step.to(new SessionState.Active(failures), armConnectRetry());
  }

  /** Pauses, longer with each failure in a row. */
  Step pause(int failures) {
    int doublings = Math.min(failures, 16);
    Duration wait = config.idleHoldMin().multipliedBy(1L << doublings);
    Duration bounded = wait.compareTo(config.idleHoldMax()) > 0 ? config.idleHoldMax() : wait;
    return Step.to(
        new SessionState.Idle(failures + 1, true),
        new SessionAction.Arm(SessionTimer.IDLE_HOLD, jittered(bounded)));
  }

  /** A connection is up: waits for the peer's OPEN where that is configured, or says its own. */
  Step connected(int failures, Link link, Rival rival) {
    return config.delayOpen().isZero()
        ? open(failures, link, rival)
        : Step.to(
            new SessionState.Delaying(failures, link, rival),
            new SessionAction.Cancel(SessionTimer.CONNECT_RETRY),
            new SessionAction.Arm(SessionTimer.DELAY_OPEN, config.delayOpen()));
  }

  /** Says OPEN on a connection that is up. */
  Step open(int failures, Link link, Rival rival) {
    return Step.to(
        new SessionState.OpenSent(failures, link, rival),
        new SessionAction.Cancel(SessionTimer.CONNECT_RETRY),
        sendOpen(link),
        new SessionAction.Arm(SessionTimer.HOLD, LARGE_HOLD));
  }

  /** The peer's OPEN is fine: answers it, and goes by what was agreed. */
  Step confirm(int failures, Link link, Agreed agreed, Rival rival) {
    var actions = new ArrayList<SessionAction>();
    actions.add(new SessionAction.Agree(link.id(), agreed));
    actions.add(new SessionAction.SendKeepalive(link.id()));
    actions.add(armHold(agreed));
    if (!agreed.keepalive().isZero()) {
      actions.add(armKeepalive(agreed));
    }
    return new Step(new SessionState.OpenConfirm(failures, link, agreed, rival), actions);
  }

  SessionAction sendOpen(Link link) {
    return new SessionAction.SendOpen(link.id(), config.open());
  }

  SessionAction armConnectRetry() {
    return new SessionAction.Arm(SessionTimer.CONNECT_RETRY, jittered(config.connectRetry()));
  }

  SessionAction armKeepalive(Agreed agreed) {
    return new SessionAction.Arm(SessionTimer.KEEPALIVE, jittered(agreed.keepalive()));
  }

  static SessionAction armHold(Agreed agreed) {
    return agreed.hold().isZero()
        ? new SessionAction.Cancel(SessionTimer.HOLD)
        : new SessionAction.Arm(SessionTimer.HOLD, agreed.hold());
  }

  static SessionAction armRival() {
    return new SessionAction.Arm(SessionTimer.RIVAL, RIVAL_TIME);
  }

  static SessionAction close(Link link, NotificationMessage last) {
    return new SessionAction.Close(link.id(), Optional.of(last));
  }

  static SessionAction closeQuietly(Link link) {
    return new SessionAction.Close(link.id(), Optional.empty());
  }

  static NotificationMessage collision() {
    return NotificationMessage.cease(NotificationMessage.COLLISION_RESOLUTION);
  }

  static NotificationMessage unexpected(int subcode) {
    return NotificationMessage.of(NotificationMessage.FSM_ERROR, subcode);
  }

  /** What ends all timers of a session and its rival. */
  static List<SessionAction> dropAll(Rival rival) {
    var actions = new ArrayList<SessionAction>();
    switch (rival) {
      case Rival.None _ -> {}
      case Rival.Dialling _ -> actions.add(new SessionAction.StopDial());
      case Rival.Waiting(Link link) -> actions.add(close(link, collision()));
      case Rival.Held(Link link, _) -> actions.add(close(link, collision()));
    }
    actions.add(new SessionAction.Cancel(SessionTimer.RIVAL));
    actions.add(new SessionAction.Cancel(SessionTimer.HOLD));
    actions.add(new SessionAction.Cancel(SessionTimer.KEEPALIVE));
    return actions;
  }

  /**
   * True when the connection that this side dialled is the one to stay (RFC 4271, 6.8): that of the
   * greater router id, and by RFC 6286, 2.3 of the greater AS where those are equal.
   */
  boolean dialledWins(OpenMessage peer) {
    int ids = Integer.compareUnsigned(config.open().routerId().bits(), peer.routerId().bits());
    return ids != 0 ? ids > 0 : config.localAs() > config.remoteAs();
  }

  /** RFC 4271, 10: between three quarters and all of it. */
  private Duration jittered(Duration full) {
    return Duration.ofNanos((long) (full.toNanos() * (0.75 + 0.25 * chance.nextDouble())));
  }
}
