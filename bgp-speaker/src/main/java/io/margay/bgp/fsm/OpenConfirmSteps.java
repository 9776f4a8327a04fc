package io.margay.bgp.fsm;

import io.margay.bgp.fsm.SessionAction.Cancel;
import io.margay.bgp.fsm.SessionAction.Failed;
import io.margay.bgp.fsm.SessionAction.StopDial;
import io.margay.bgp.fsm.SessionEvent.Accepted;
import io.margay.bgp.fsm.SessionEvent.ConnectFailed;
import io.margay.bgp.fsm.SessionEvent.ConnectRetryExpired;
import io.margay.bgp.fsm.SessionEvent.Connected;
import io.margay.bgp.fsm.SessionEvent.ConnectionLost;
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
import io.margay.bgp.fsm.SessionState.OpenConfirm;
import io.margay.bgp.wire.NotificationMessage;

/** OpenConfirm: OPENs agree; a rival can only be one that is still being dialled. */
final class OpenConfirmSteps {
  private static final int UNEXPECTED = 2;

  private OpenConfirmSteps() {}

  static Step step(Moves moves, OpenConfirm s, SessionEvent event) {
    return switch (event) {
      case KeepaliveReceived _ -> established(s);
      case Connected(int id) -> onSecond(moves, s, new Link(id, true));
      case Accepted(int id) -> onSecond(moves, s, new Link(id, false));
      case ConnectFailed _ -> Step.to(withoutRival(s));
      case ConnectionLost(_, var detail) ->
          retry(moves, s).then(new Failed(DownCause.CONNECTION_LOST, detail));
      case NotificationReceived(_, var notification) -> onNotification(moves, s, notification);
      case MalformedReceived(_, var answer) -> fail(moves, s, answer, DownCause.PROTOCOL_ERROR);
      case OpenReceived _, UpdateReceived _, RefreshReceived _ ->
          fail(moves, s, Moves.unexpected(UNEXPECTED), DownCause.PROTOCOL_ERROR);
      case HoldExpired _ ->
          fail(moves, s, NotificationMessage.HOLD_TIMER_EXPIRED, DownCause.HOLD_TIMER_EXPIRED);
      case KeepaliveDue _ ->
          Step.to(
              s, new SessionAction.SendKeepalive(s.link().id()), moves.armKeepalive(s.agreed()));
      case RivalExpired _ ->
          s.rival() instanceof Rival.Dialling
              ? Step.to(withoutRival(s), new StopDial())
              : Step.to(s);
      case Stop(_, var last) ->
          Step.to(SessionMachine.initial(), Moves.close(s.link(), last))
              .after(Moves.dropAll(s.rival()));
      case Start _, ConnectRetryExpired _, IdleHoldExpired _, LimitExceeded _, SendHoldExpired _ ->
          Step.to(s);
    };
  }

  /** Until its first KEEPALIVE a session has not lasted, and is not tried anew at once. */
  private static Step established(OpenConfirm s) {
    int failures = Math.max(1, s.failures());
    Step step =
        Step.to(
            new SessionState.Established(failures, s.link(), s.agreed(), Moves.noRival()),
            Moves.armHold(s.agreed()),
            new SessionAction.Up(s.link().id(), s.agreed()));
    return s.rival() instanceof Rival.Dialling
        ? step.then(new StopDial(), new Cancel(SessionTimer.RIVAL))
        : step;
  }

  /** The ids are known: the rule of RFC 4271, 6.8 is applied at once. */
  private static Step onSecond(Moves moves, OpenConfirm s, Link second) {
    boolean same = second.dialled() == s.link().dialled();
    boolean secondWins = same || second.dialled() == moves.dialledWins(s.agreed().peer());
    return secondWins
        ? moves
            .open(s.failures(), second, Moves.noRival())
            .after(Moves.dropAll(Moves.noRival()))
            .then(Moves.close(s.link(), Moves.collision()))
        : Step.to(second.dialled() ? withoutRival(s) : s, Moves.close(second, Moves.collision()));
  }

  private static Step onNotification(Moves moves, OpenConfirm s, NotificationMessage notification) {
    // The peer may refuse our OPEN when its own has come already.
    boolean harmless =
        OpenSentSteps.isCollision(notification) || OpenSentSteps.isVersionError(notification);
    Step step =
        harmless ? retry(moves, s) : moves.pause(s.failures()).after(Moves.dropAll(s.rival()));
    return step.then(
        Moves.closeQuietly(s.link()),
        new Failed(DownCause.NOTIFICATION_RECEIVED, notification.text()));
  }

  private static Step retry(Moves moves, OpenConfirm s) {
    if (s.rival() instanceof Rival.Dialling) {
      return Step.to(new SessionState.Connect(s.failures()), moves.armConnectRetry())
          .after(Moves.dropAll(Moves.noRival()));
    }
    return moves.retry(s.failures()).after(Moves.dropAll(s.rival()));
  }

  private static Step fail(
      Moves moves, OpenConfirm s, NotificationMessage answer, DownCause cause) {
    return moves
        .pause(s.failures())
        .after(Moves.dropAll(s.rival()))
        .then(Moves.close(s.link(), answer), new Failed(cause, answer.text()));
  }

  private static OpenConfirm withoutRival(OpenConfirm s) {
    return new OpenConfirm(s.failures(), s.link(), s.agreed(), Moves.noRival());
  }
}
