package io.margay.bgp.fsm;

import io.margay.bgp.fsm.SessionAction.Cancel;
import io.margay.bgp.fsm.SessionAction.Failed;
import io.margay.bgp.fsm.SessionAction.StopDial;
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
import io.margay.bgp.fsm.SessionState.OpenConfirm;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.util.List;
import java.util.Optional;

/** OpenConfirm: OPENs agree; a rival is still being dialled, or is held back. */
final class OpenConfirmSteps {
  private static final int UNEXPECTED = 2;

  private OpenConfirmSteps() {}

  static Step step(Moves moves, OpenConfirm s, SessionEvent event) {
    return switch (event) {
      case KeepaliveReceived(int id) ->
          isHeld(s, id) ? dropHeld(s, Moves.unexpected(UNEXPECTED)) : established(s);
      case Connected(int id) -> onSecond(moves, s, new Link(id, true));
      case Accepted(int id) -> onSecond(moves, s, new Link(id, false));
      case ConnectFailed _ ->
          s.rival() instanceof Rival.Dialling ? Step.to(withoutRival(s)) : Step.to(s);
      case ConnectionLost(int id, var detail) ->
          isHeld(s, id)
              ? Step.to(withoutRival(s), new Cancel(SessionTimer.RIVAL))
              : retry(moves, s).then(new Failed(DownCause.CONNECTION_LOST, detail));
      case NotificationReceived(int id, var notification) ->
          isHeld(s, id) ? dropHeld(s, Moves.collision()) : onNotification(moves, s, notification);
      case MalformedReceived(int id, var answer) ->
          isHeld(s, id) ? dropHeld(s, answer) : fail(moves, s, answer, DownCause.PROTOCOL_ERROR);
      case OpenReceived(int id, var open) ->
          isHeld(s, id) ? withOpen(s, open) : onUnexpected(moves, s, id);
      case UpdateReceived(int id) -> onUnexpected(moves, s, id);
      case RefreshReceived(int id) -> onUnexpected(moves, s, id);
      case HoldExpired _ ->
          fail(moves, s, NotificationMessage.HOLD_TIMER_EXPIRED, DownCause.HOLD_TIMER_EXPIRED);
      case KeepaliveDue _ ->
          Step.to(
              s, new SessionAction.SendKeepalive(s.link().id()), moves.armKeepalive(s.agreed()));
      case RivalExpired _ ->
          s.rival() instanceof Rival.Dialling
              ? Step.to(withoutRival(s), new StopDial())
              : dropHeld(s, Moves.collision());
      case Stop(_, var last) ->
          Step.to(SessionMachine.initial(), Moves.close(s.link(), last))
              .after(Moves.dropAll(s.rival()));
      case Start _,
          ConnectRetryExpired _,
          IdleHoldExpired _,
          DelayOpenExpired _,
          LimitExceeded _,
          SendHoldExpired _ ->
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
    return switch (s.rival()) {
      case Rival.None _, Rival.Waiting _ -> step;
      case Rival.Dialling _ -> step.then(new StopDial(), new Cancel(SessionTimer.RIVAL));
      case Rival.Held(Link link, _) ->
          step.then(Moves.close(link, Moves.collision()), new Cancel(SessionTimer.RIVAL));
    };
  }

  /**
   * The ids are known, and with them which connection stays (RFC 4271, 6.8). Where it is the second
   * the peer has to say so: it may have our KEEPALIVE and be established on the first, and to lose
   * that costs it the routes that it keeps for us. What is dialled again the peer has given up.
   */
  private static Step onSecond(Moves moves, OpenConfirm s, Link second) {
    if (second.dialled() == s.link().dialled()) {
      return moves
          .open(s.failures(), second, Moves.noRival())
          .after(Moves.dropAll(s.rival()))
          .then(Moves.close(s.link(), Moves.collision()));
    }
    if (second.dialled() != moves.dialledWins(s.agreed().peer())) {
      return Step.to(
          second.dialled() ? withoutRival(s) : s, Moves.close(second, Moves.collision()));
    }
    Step step = Step.to(withRival(s, new Rival.Held(second, Optional.empty())), Moves.armRival());
    return switch (s.rival()) {
      case Rival.None _, Rival.Waiting _ -> step;
      case Rival.Dialling _ -> second.dialled() ? step : step.then(new StopDial());
      case Rival.Held(Link old, _) -> step.then(Moves.close(old, Moves.collision()));
    };
  }

  private static Step withOpen(OpenConfirm s, OpenMessage open) {
    return s.rival() instanceof Rival.Held(Link link, _)
        ? Step.to(withRival(s, new Rival.Held(link, Optional.of(open))))
        : Step.to(s);
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

  /** The first connection is gone: the other goes on, or it is tried again later. */
  private static Step retry(Moves moves, OpenConfirm s) {
    return switch (s.rival()) {
      case Rival.Dialling _ ->
          Step.to(new SessionState.Connect(s.failures()), moves.armConnectRetry())
              .after(Moves.dropAll(Moves.noRival()));
      case Rival.Held(Link link, var open) -> promote(moves, s, link, open);
      case Rival.None _, Rival.Waiting _ ->
          moves.retry(s.failures()).after(Moves.dropAll(s.rival()));
    };
  }

  private static Step promote(Moves moves, OpenConfirm s, Link link, Optional<OpenMessage> open) {
    if (open.isEmpty()) {
      return moves.open(s.failures(), link, Moves.noRival()).after(Moves.dropAll(Moves.noRival()));
    }
    return switch (Negotiation.judge(moves.config(), open.get())) {
      case Negotiation.Result.Refused(var answer) ->
          moves
              .pause(s.failures())
              .after(Moves.dropAll(Moves.noRival()))
              .then(Moves.close(link, answer));
      case Negotiation.Result.Accepted(var agreed) ->
          moves
              .confirm(s.failures(), link, agreed, Moves.noRival())
              .after(List.of(moves.sendOpen(link)))
              .after(Moves.dropAll(Moves.noRival()));
    };
  }

  private static Step onUnexpected(Moves moves, OpenConfirm s, int id) {
    return isHeld(s, id)
        ? dropHeld(s, Moves.unexpected(UNEXPECTED))
        : fail(moves, s, Moves.unexpected(UNEXPECTED), DownCause.PROTOCOL_ERROR);
  }

  private static Step fail(
      Moves moves, OpenConfirm s, NotificationMessage answer, DownCause cause) {
    return moves
        .pause(s.failures())
        .after(Moves.dropAll(s.rival()))
        .then(Moves.close(s.link(), answer), new Failed(cause, answer.text()));
  }

  private static Step dropHeld(OpenConfirm s, NotificationMessage last) {
    return s.rival() instanceof Rival.Held(Link link, _)
        ? Step.to(withoutRival(s), Moves.close(link, last), new Cancel(SessionTimer.RIVAL))
        : Step.to(s);
  }

  private static boolean isHeld(OpenConfirm s, int id) {
    return s.rival() instanceof Rival.Held(Link link, _) && link.id() == id;
  }

  private static OpenConfirm withRival(OpenConfirm s, Rival rival) {
    return new OpenConfirm(s.failures(), s.link(), s.agreed(), rival);
  }

  private static OpenConfirm withoutRival(OpenConfirm s) {
    return withRival(s, Moves.noRival());
  }
}
