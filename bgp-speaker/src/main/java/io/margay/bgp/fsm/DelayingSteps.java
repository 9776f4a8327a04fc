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
import io.margay.bgp.fsm.SessionState.Delaying;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.util.ArrayList;

/**
 * Connected, and silent for the peer's OPEN to come first: RFC 4271, 8.2.2, Connect and Active with
 * the DelayOpenTimer running.
 */
final class DelayingSteps {
  private static final SessionAction STOP_TIMER = new Cancel(SessionTimer.DELAY_OPEN);

  private DelayingSteps() {}

  static Step step(Moves moves, Delaying s, SessionEvent event) {
    return switch (event) {
      // Event 12: the peer has had its time.
      case DelayOpenExpired _ -> moves.open(s.failures(), s.link(), s.rival());
      // Event 20: its OPEN came first, and is answered with ours.
      case OpenReceived(_, var open) -> onOpen(moves, s, open);
      case Accepted _ -> onSecond(moves, s, event);
      case Connected(int id) ->
          s.rival() instanceof Rival.Dialling
              ? onSecond(moves, s, event)
              : Step.to(s, Moves.closeQuietly(new Link(id, true)));
      case ConnectFailed _ -> Step.to(withoutRival(s));
      case RivalExpired _ ->
          s.rival() instanceof Rival.Dialling
              ? Step.to(withoutRival(s), new StopDial())
              : Step.to(s);
      case ConnectionLost(_, var detail) ->
          lost(moves, s).then(new Failed(DownCause.CONNECTION_LOST, detail));
      case NotificationReceived(_, var notification) -> onNotification(moves, s, notification);
      case MalformedReceived(_, var answer) -> fail(moves, s, answer);
      // RFC 6608 has no words for a message before any OPEN.
      case KeepaliveReceived _, UpdateReceived _, RefreshReceived _ ->
          fail(moves, s, Moves.unexpected(0));
      case Stop(_, var last) ->
          Step.to(SessionMachine.initial(), Moves.close(s.link(), last), STOP_TIMER)
              .after(Moves.dropAll(s.rival()));
      case Start _,
          ConnectRetryExpired _,
          IdleHoldExpired _,
          HoldExpired _,
          KeepaliveDue _,
          LimitExceeded _,
          SendHoldExpired _ ->
          Step.to(s);
    };
  }

  private static Step onOpen(Moves moves, Delaying s, OpenMessage open) {
    return switch (Negotiation.judge(moves.config(), open)) {
      case Negotiation.Result.Refused(var answer) ->
          ended(moves.pause(s.failures()), s)
              .then(
                  Moves.close(s.link(), answer), new Failed(DownCause.OPEN_REFUSED, answer.text()));
      case Negotiation.Result.Accepted(var agreed) -> {
        var first = new ArrayList<SessionAction>();
        first.add(STOP_TIMER);
        first.add(moves.sendOpen(s.link()));
        yield moves.confirm(s.failures(), s.link(), agreed, s.rival()).after(first);
      }
    };
  }

  /** Which of two connections stays, OPENs tell (6.8): nothing is gained by waiting on. */
  private static Step onSecond(Moves moves, Delaying s, SessionEvent event) {
    Step opened = moves.open(s.failures(), s.link(), s.rival());
    return opened.next() instanceof SessionState.OpenSent next
        ? OpenSentSteps.step(moves, next, event).after(opened.actions())
        : opened;
  }

  private static Step lost(Moves moves, Delaying s) {
    return s.rival() instanceof Rival.Dialling
        ? Step.to(
            new SessionState.Connect(s.failures()),
            STOP_TIMER,
            new Cancel(SessionTimer.RIVAL),
            moves.armConnectRetry())
        : ended(moves.retry(s.failures()), s);
  }

  private static Step onNotification(Moves moves, Delaying s, NotificationMessage notification) {
    Step step =
        OpenSentSteps.isVersionError(notification) || OpenSentSteps.isCollision(notification)
            ? moves.retry(s.failures())
            : moves.pause(s.failures());
    return ended(step, s)
        .then(
            Moves.closeQuietly(s.link()),
            new Failed(DownCause.NOTIFICATION_RECEIVED, notification.text()));
  }

  private static Step fail(Moves moves, Delaying s, NotificationMessage answer) {
    return ended(moves.pause(s.failures()), s)
        .then(Moves.close(s.link(), answer), new Failed(DownCause.PROTOCOL_ERROR, answer.text()));
  }

  private static Step ended(Step step, Delaying s) {
    var first = new ArrayList<>(Moves.dropAll(s.rival()));
    first.add(STOP_TIMER);
    return step.after(first);
  }

  private static Delaying withoutRival(Delaying s) {
    return new Delaying(s.failures(), s.link(), Moves.noRival());
  }
}
