package io.margay.bgp.fsm;

import io.margay.bgp.fsm.SessionAction.Cancel;
import io.margay.bgp.fsm.SessionAction.Down;
import io.margay.bgp.fsm.SessionEvent.Accepted;
import io.margay.bgp.fsm.SessionEvent.ConnectFailed;
import io.margay.bgp.fsm.SessionEvent.ConnectRetryExpired;
import io.margay.bgp.fsm.SessionEvent.Connected;
import io.margay.bgp.fsm.SessionEvent.ConnectionLost;
import io.margay.bgp.fsm.SessionEvent.DelayOpenExpired;
import io.margay.bgp.fsm.SessionEvent.HoldExpired;
import io.margay.bgp.fsm.SessionEvent.IdleHoldExpired;
import io.margay.bgp.fsm.SessionEvent.KeepaliveDue;
import io.margay.bgp.fsm.SessionEvent.KeepaliveReceived;
import io.margay.bgp.fsm.SessionEvent.LimitExceeded;
import io.margay.bgp.fsm.SessionEvent.MalformedReceived;
import io.margay.bgp.fsm.SessionEvent.NotificationReceived;
import io.margay.bgp.fsm.SessionEvent.OpenReceived;
import io.margay.bgp.fsm.SessionEvent.RefreshReceived;
import io.margay.bgp.fsm.SessionEvent.RivalExpired;
import io.margay.bgp.fsm.SessionEvent.SendHoldExpired;
import io.margay.bgp.fsm.SessionEvent.Start;
import io.margay.bgp.fsm.SessionEvent.Stop;
import io.margay.bgp.fsm.SessionEvent.UpdateReceived;
import io.margay.bgp.fsm.SessionState.Established;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.Optional;

/** Established; a rival is a new connection of a peer that has restarted unnoticed, perhaps. */
final class EstablishedSteps {
  private static final int UNEXPECTED = 3;

  private EstablishedSteps() {}

  static Step step(Moves moves, Established s, SessionEvent event) {
    return switch (event) {
      case UpdateReceived(int id) -> onTraffic(s, id, s.failures());
      // The second KEEPALIVE at the earliest: this session lasts.
      case KeepaliveReceived(int id) -> onTraffic(s, id, 0);
      case RefreshReceived(int id) ->
          isRival(s, id)
              ? dropRival(s, Moves.unexpected(1))
              : Step.to(s, new SessionAction.SendRoutesAgain());
      case KeepaliveDue _ ->
          Step.to(
              s, new SessionAction.SendKeepalive(s.link().id()), moves.armKeepalive(s.agreed()));
      case Accepted(int id) -> onAccepted(moves, s, new Link(id, false));
      case OpenReceived(int id, var open) -> onOpen(moves, s, id, open);
      case ConnectionLost(int id, var detail) ->
          isRival(s, id) ? Step.to(withRival(s, Moves.noRival())) : lost(moves, s, detail);
      case NotificationReceived(int id, var notification) ->
          isRival(s, id) ? dropRival(s, Moves.collision()) : onNotification(moves, s, notification);
      case MalformedReceived(int id, var answer) ->
          isRival(s, id) ? dropRival(s, answer) : fail(moves, s, answer, DownCause.PROTOCOL_ERROR);
      case HoldExpired _ ->
          fail(moves, s, NotificationMessage.HOLD_TIMER_EXPIRED, DownCause.HOLD_TIMER_EXPIRED);
      case SendHoldExpired _ ->
          fail(moves, s, NotificationMessage.SEND_HOLD_EXPIRED, DownCause.SEND_HOLD_EXPIRED);
      case RivalExpired _ -> dropRival(s, Moves.collision());
      case Stop(var cause, var last) ->
          Step.to(
                  SessionMachine.initial(),
                  Moves.close(s.link(), s.agreed().hard(last)),
                  new Down(cause, last.text(), false))
              .after(Moves.dropAll(s.rival()));
      case LimitExceeded exceeded -> overLimit(s, exceeded);
      case Connected(int id) -> Step.to(s, Moves.closeQuietly(new Link(id, true)));
      case Start _, ConnectRetryExpired _, IdleHoldExpired _, DelayOpenExpired _, ConnectFailed _ ->
          Step.to(s);
    };
  }

  private static Step onTraffic(Established s, int id, int failures) {
    return isRival(s, id)
        ? dropRival(s, Moves.unexpected(1))
        : Step.to(
            new Established(failures, s.link(), s.agreed(), s.rival()), Moves.armHold(s.agreed()));
  }

  /**
   * RFC 4271, 6.8: the session stays, the new connection goes. With graceful restart the peer may
   * have restarted without the loss being seen (RFC 4724, 4.2): whether it has, its OPEN tells; a
   * mere connection proves nothing. Where both dialled at once, the peer's own connection may come
   * when the session is up already; a session that we dialled and that has not lasted yet therefore
   * stays. A restart that is missed so costs one more attempt of the peer's.
   */
  private static Step onAccepted(Moves moves, Established s, Link link) {
    boolean bothDialled = s.link().dialled() && s.failures() > 0;
    if (!s.agreed().isGraceful() || bothDialled) {
      return Step.to(s, Moves.close(link, Moves.collision()));
    }
    Step step =
        Step.to(withRival(s, new Rival.Waiting(link)), moves.sendOpen(link), Moves.armRival());
    return s.rival() instanceof Rival.Waiting(Link old)
        ? step.then(Moves.close(old, Moves.collision()))
        : step;
  }

  private static Step onOpen(Moves moves, Established s, int id, OpenMessage open) {
    if (!(s.rival() instanceof Rival.Waiting(Link rival)) || rival.id() != id) {
      return fail(moves, s, Moves.unexpected(UNEXPECTED), DownCause.PROTOCOL_ERROR);
    }
    return switch (Negotiation.judge(moves.config(), open)) {
      case Negotiation.Result.Refused(var answer) -> dropRival(s, answer);
      case Negotiation.Result.Accepted(var agreed) ->
          moves
              .confirm(s.failures(), rival, agreed, Moves.noRival())
              .after(Moves.dropAll(Moves.noRival()))
              .then(
                  Moves.closeQuietly(s.link()),
                  new Down(DownCause.PEER_RESTARTED, "the peer connected anew", true));
    };
  }

  /** A session that lasted is tried again at once, by the side that dials. */
  private static Step lost(Moves moves, Established s, String detail) {
    var down = new Down(DownCause.CONNECTION_LOST, detail, s.agreed().isGraceful());
    if (s.rival() instanceof Rival.Waiting(Link rival)) {
      return Step.to(
          new SessionState.OpenSent(s.failures(), rival, Moves.noRival()),
          new Cancel(SessionTimer.KEEPALIVE),
          new Cancel(SessionTimer.RIVAL),
          new SessionAction.Arm(SessionTimer.HOLD, Moves.LARGE_HOLD),
          down);
    }
    Step next = s.failures() == 0 ? moves.begin(0) : moves.retry(s.failures());
    return next.after(Moves.dropAll(s.rival())).then(down);
  }

  private static Step onNotification(Moves moves, Established s, NotificationMessage notification) {
    Step next =
        OpenSentSteps.isCollision(notification)
            ? moves.retry(s.failures())
            : moves.pause(s.failures());
    return next.after(Moves.dropAll(s.rival()))
        .then(
            Moves.closeQuietly(s.link()),
            new Down(
                DownCause.NOTIFICATION_RECEIVED,
                notification.text(),
                s.agreed().survivesNotifications() && !notification.isHardReset()));
  }

  private static Step fail(
      Moves moves, Established s, NotificationMessage answer, DownCause cause) {
    return moves
        .pause(s.failures())
        .after(Moves.dropAll(s.rival()))
        .then(
            Moves.close(s.link(), answer),
            new Down(cause, answer.text(), s.agreed().survivesNotifications()));
  }

  /** RFC 4271, 6.7 and RFC 4486, 4: a pause of its own, longer than what faults cost. */
  private static Step overLimit(Established s, LimitExceeded exceeded) {
    Optional<Duration> pause = exceeded.pause();
    Step step =
        Step.to(
                new SessionState.Idle(s.failures(), pause.isPresent()),
                Moves.close(s.link(), s.agreed().hard(exceeded.last())),
                new Down(exceeded.cause(), exceeded.last().text(), false))
            .after(Moves.dropAll(s.rival()));
    return pause
        .map(time -> step.then(new SessionAction.Arm(SessionTimer.IDLE_HOLD, time)))
        .orElse(step);
  }

  private static Step dropRival(Established s, NotificationMessage last) {
    return s.rival() instanceof Rival.Waiting(Link link)
        ? Step.to(
            withRival(s, Moves.noRival()), Moves.close(link, last), new Cancel(SessionTimer.RIVAL))
        : Step.to(s);
  }

  private static boolean isRival(Established s, int id) {
    return s.rival() instanceof Rival.Waiting(Link link) && link.id() == id;
  }

  private static Established withRival(Established s, Rival rival) {
    return new Established(s.failures(), s.link(), s.agreed(), rival);
  }
}
