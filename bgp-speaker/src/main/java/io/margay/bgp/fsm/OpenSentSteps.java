package io.margay.bgp.fsm;

import io.margay.bgp.fsm.SessionAction.Cancel;
import io.margay.bgp.fsm.SessionAction.Failed;
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
import io.margay.bgp.fsm.SessionState.OpenSent;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;

/** OpenSent: one or two connections wait for the peer's OPEN. */
final class OpenSentSteps {
  private static final int UNEXPECTED = 1;

  private OpenSentSteps() {}

  static Step step(Moves moves, OpenSent s, SessionEvent event) {
    return switch (event) {
      case OpenReceived(int id, var open) -> onOpen(moves, s, id, open);
      case Connected(int id) -> onConnected(moves, s, new Link(id, true));
      case ConnectFailed _ ->
          s.rival() instanceof Rival.Dialling ? Step.to(withoutRival(s)) : Step.to(s);
      case Accepted(int id) -> onAccepted(moves, s, new Link(id, false));
      case ConnectionLost(int id, var detail) ->
          id == s.link().id()
              ? linkGone(moves, s).then(new Failed(DownCause.CONNECTION_LOST, detail))
              : Step.to(withoutRival(s));
      case NotificationReceived(int id, var notification) ->
          onNotification(moves, s, id, notification);
      case MalformedReceived(int id, var answer) -> fail(moves, s, id, answer);
      case KeepaliveReceived(int id) -> fail(moves, s, id, Moves.unexpected(UNEXPECTED));
      case UpdateReceived(int id) -> fail(moves, s, id, Moves.unexpected(UNEXPECTED));
      case RefreshReceived(int id) -> fail(moves, s, id, Moves.unexpected(UNEXPECTED));
      case HoldExpired _ -> fail(moves, s, s.link().id(), NotificationMessage.HOLD_TIMER_EXPIRED);
      case RivalExpired _ -> dropRival(s);
      case Stop(_, var last) ->
          Step.to(SessionMachine.initial(), Moves.close(s.link(), last))
              .after(Moves.dropAll(s.rival()));
      case Start _,
          ConnectRetryExpired _,
          IdleHoldExpired _,
          DelayOpenExpired _,
          KeepaliveDue _,
          LimitExceeded _,
          SendHoldExpired _ ->
          Step.to(s);
    };
  }

  /**
   * The first OPEN tells the peer's id, and with it which connection stays where there are two: it
   * is the same for both sides, so that nobody closes what the other keeps.
   */
  private static Step onOpen(Moves moves, OpenSent s, int id, OpenMessage open) {
    Link link = linkOf(s, id);
    return switch (Negotiation.judge(moves.config(), open)) {
      case Negotiation.Result.Refused(var answer) ->
          moves
              .pause(s.failures())
              .after(Moves.dropAll(otherThan(s, link)))
              .then(Moves.close(link, answer), new Failed(DownCause.OPEN_REFUSED, answer.text()));
      case Negotiation.Result.Accepted(var agreed) ->
          switch (otherThan(s, link)) {
            case Rival.None _, Rival.Dialling _, Rival.Held _ ->
                moves.confirm(s.failures(), link, agreed, otherThan(s, link));
            case Rival.Waiting(Link other) ->
                link.dialled() == moves.dialledWins(open)
                    ? moves
                        .confirm(s.failures(), link, agreed, Moves.noRival())
                        .then(Moves.close(other, Moves.collision()), new Cancel(SessionTimer.RIVAL))
                    : Step.to(
                        new OpenSent(s.failures(), other, Moves.noRival()),
                        Moves.close(link, Moves.collision()),
                        new Cancel(SessionTimer.RIVAL));
          };
    };
  }

  private static Step onConnected(Moves moves, OpenSent s, Link link) {
    return s.rival() instanceof Rival.Dialling
        ? Step.to(
            new OpenSent(s.failures(), s.link(), new Rival.Waiting(link)), moves.sendOpen(link))
        : Step.to(s, Moves.closeQuietly(link));
  }

  /** A peer that connects once more has given up what it had connected before. */
  private static Step onAccepted(Moves moves, OpenSent s, Link link) {
    if (!s.link().dialled()) {
      return Step.to(
          new OpenSent(s.failures(), link, s.rival()),
          Moves.close(s.link(), Moves.collision()),
          moves.sendOpen(link),
          new SessionAction.Arm(SessionTimer.HOLD, Moves.LARGE_HOLD));
    }
    Step step =
        Step.to(
            new OpenSent(s.failures(), s.link(), new Rival.Waiting(link)),
            moves.sendOpen(link),
            Moves.armRival());
    return s.rival() instanceof Rival.Waiting(Link old)
        ? step.then(Moves.close(old, Moves.collision()))
        : step;
  }

  private static Step onNotification(
      Moves moves, OpenSent s, int id, NotificationMessage notification) {
    Link link = linkOf(s, id);
    if (!link.equals(s.link())) {
      return Step.to(withoutRival(s), Moves.closeQuietly(link));
    }
    var failed = new Failed(DownCause.NOTIFICATION_RECEIVED, notification.text());
    boolean harmless = isCollision(notification) || s.rival() instanceof Rival.Waiting;
    Step step =
        harmless
            ? linkGone(moves, s)
            : isVersionError(notification)
                ? moves.retry(s.failures()).after(Moves.dropAll(s.rival()))
                : moves.pause(s.failures()).after(Moves.dropAll(s.rival()));
    return step.then(Moves.closeQuietly(link), failed);
  }

  /** The other connection goes on alone; without one it is tried again later. */
  private static Step linkGone(Moves moves, OpenSent s) {
    return switch (s.rival()) {
      case Rival.Waiting(Link other) ->
          Step.to(
              new OpenSent(s.failures(), other, Moves.noRival()),
              new Cancel(SessionTimer.RIVAL),
              new SessionAction.Arm(SessionTimer.HOLD, Moves.LARGE_HOLD));
      case Rival.Dialling _ ->
          Step.to(
              new SessionState.Connect(s.failures()),
              new Cancel(SessionTimer.RIVAL),
              new Cancel(SessionTimer.HOLD),
              moves.armConnectRetry());
      case Rival.None _, Rival.Held _ -> moves.retry(s.failures()).after(Moves.dropAll(s.rival()));
    };
  }

  private static Step fail(Moves moves, OpenSent s, int id, NotificationMessage answer) {
    Link link = linkOf(s, id);
    if (!link.equals(s.link())) {
      return Step.to(withoutRival(s), Moves.close(link, answer));
    }
    return moves
        .pause(s.failures())
        .after(Moves.dropAll(s.rival()))
        .then(Moves.close(link, answer), new Failed(cause(answer), answer.text()));
  }

  private static DownCause cause(NotificationMessage answer) {
    return answer.code() == NotificationMessage.HOLD_TIMER_ERROR
        ? DownCause.HOLD_TIMER_EXPIRED
        : DownCause.PROTOCOL_ERROR;
  }

  private static Step dropRival(OpenSent s) {
    return switch (s.rival()) {
      case Rival.None _, Rival.Held _ -> Step.to(s);
      case Rival.Dialling _ -> Step.to(withoutRival(s), new SessionAction.StopDial());
      case Rival.Waiting(Link link) ->
          Step.to(withoutRival(s), Moves.close(link, Moves.collision()));
    };
  }

  /** RFC 4271, 8.2.2, event 24: it does not lengthen the pause. */
  static boolean isVersionError(NotificationMessage notification) {
    return notification.code() == NotificationMessage.OPEN_ERROR
        && notification.subcode() == NotificationMessage.OPEN_VERSION;
  }

  static boolean isCollision(NotificationMessage notification) {
    return notification.code() == NotificationMessage.CEASE
        && notification.subcode() == NotificationMessage.COLLISION_RESOLUTION;
  }

  private static OpenSent withoutRival(OpenSent s) {
    return new OpenSent(s.failures(), s.link(), Moves.noRival());
  }

  private static Link linkOf(OpenSent s, int id) {
    return s.rival() instanceof Rival.Waiting(Link other) && other.id() == id ? other : s.link();
  }

  private static Rival otherThan(OpenSent s, Link link) {
    return link.equals(s.link()) ? s.rival() : new Rival.Waiting(s.link());
  }
}
