package io.margay.bgp.fsm;

import io.margay.bgp.fsm.SessionAction.Cancel;
import io.margay.bgp.fsm.SessionAction.Dial;
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

/** Idle, Connect and Active: no connection is up. */
final class DownSteps {
  private DownSteps() {}

  static Step onIdle(Moves moves, SessionState.Idle s, SessionEvent event) {
    return switch (event) {
      case Start _ -> s.waiting() ? Step.to(s) : moves.begin(s.failures());
      case IdleHoldExpired _ -> s.waiting() ? moves.begin(s.failures()) : Step.to(s);
      case Stop _ -> Step.to(SessionMachine.initial(), new Cancel(SessionTimer.IDLE_HOLD));
      // A peer that fails again and again has to wait, whichever side it is that connects.
      case Accepted(int id) -> Step.to(s, Moves.closeQuietly(new Link(id, false)));
      case Connected(int id) -> Step.to(s, Moves.closeQuietly(new Link(id, true)));
      case ConnectRetryExpired _,
          ConnectFailed _,
          DelayOpenExpired _,
          HoldExpired _,
          KeepaliveDue _,
          RivalExpired _ ->
          Step.to(s);
      case ConnectionLost _,
          OpenReceived _,
          KeepaliveReceived _,
          UpdateReceived _,
          LimitExceeded _,
          SendHoldExpired _,
          RefreshReceived _,
          NotificationReceived _,
          MalformedReceived _ ->
          Step.to(s);
    };
  }

  static Step onConnect(Moves moves, SessionState.Connect s, SessionEvent event) {
    return switch (event) {
      case Connected(int id) -> moves.connected(s.failures(), new Link(id, true), Moves.noRival());
      case Accepted(int id) ->
          moves
              .connected(s.failures(), new Link(id, false), new Rival.Dialling())
              .then(Moves.armRival());
      case ConnectFailed(var detail) ->
          Step.to(
              new SessionState.Active(s.failures()), new Failed(DownCause.CONNECT_FAILED, detail));
      case ConnectRetryExpired _ ->
          Step.to(
              s,
              new StopDial(),
              new Failed(DownCause.CONNECT_FAILED, "no answer"),
              new Dial(),
              moves.armConnectRetry());
      case Stop _ ->
          Step.to(SessionMachine.initial(), new StopDial(), new Cancel(SessionTimer.CONNECT_RETRY));
      case Start _,
          IdleHoldExpired _,
          DelayOpenExpired _,
          HoldExpired _,
          KeepaliveDue _,
          RivalExpired _ ->
          Step.to(s);
      case ConnectionLost _,
          OpenReceived _,
          KeepaliveReceived _,
          UpdateReceived _,
          LimitExceeded _,
          SendHoldExpired _,
          RefreshReceived _,
          NotificationReceived _,
          MalformedReceived _ ->
          Step.to(s);
    };
  }

  static Step onActive(Moves moves, SessionState.Active s, SessionEvent event) {
    return switch (event) {
      case Accepted(int id) -> moves.connected(s.failures(), new Link(id, false), Moves.noRival());
      case ConnectRetryExpired _ ->
          Step.to(new SessionState.Connect(s.failures()), new Dial(), moves.armConnectRetry());
      case Stop _ -> Step.to(SessionMachine.initial(), new Cancel(SessionTimer.CONNECT_RETRY));
      case Connected(int id) -> Step.to(s, Moves.closeQuietly(new Link(id, true)));
      case Start _,
          IdleHoldExpired _,
          DelayOpenExpired _,
          HoldExpired _,
          KeepaliveDue _,
          RivalExpired _,
          ConnectFailed _ ->
          Step.to(s);
      case ConnectionLost _,
          OpenReceived _,
          KeepaliveReceived _,
          UpdateReceived _,
          LimitExceeded _,
          SendHoldExpired _,
          RefreshReceived _,
          NotificationReceived _,
          MalformedReceived _ ->
          Step.to(s);
    };
  }
}
