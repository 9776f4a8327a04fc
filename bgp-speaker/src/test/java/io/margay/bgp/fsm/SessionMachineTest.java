package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.RESTART;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 4271, 8.2.2: what each event does in each state. */
class SessionMachineTest {
  private static final OpenMessage OWN = open(64512, "10.0.0.1", 90, IPV4, RESTART);
  private static final OpenMessage PEER = open(64513, "10.0.0.2", 90, IPV4, RESTART);
  private static final OpenMessage PLAIN = open(64513, "10.0.0.2", 90, IPV4);
  private static final OpenMessage LOWER = open(64513, "10.0.0.0", 90, IPV4);
  private static final NotificationMessage CEASE = NotificationMessage.cease(2);
  private static final NotificationMessage BAD = NotificationMessage.of(3, 1);

  private static final Link DIALLED = new Link(1, true);
  private static final Link CAME = new Link(2, false);
  private static final Rival NONE = new Rival.None();

  private static final SessionState IDLE = new SessionState.Idle(0, false);
  private static final SessionState PAUSED = new SessionState.Idle(1, true);
  private static final SessionState CONNECT = new SessionState.Connect(0);
  private static final SessionState ACTIVE = new SessionState.Active(0);
  private static final SessionState OPEN_SENT = new SessionState.OpenSent(0, DIALLED, NONE);
  private static final SessionState OPEN_SENT_DIALLING =
      new SessionState.OpenSent(0, CAME, new Rival.Dialling());
  private static final SessionState TWO =
      new SessionState.OpenSent(0, CAME, new Rival.Waiting(DIALLED));
  private static final SessionState OPEN_CONFIRM =
      new SessionState.OpenConfirm(0, DIALLED, Sessions.agreed(OWN, PEER), NONE);
  private static final NotificationMessage COLLISION =
      NotificationMessage.cease(NotificationMessage.COLLISION_RESOLUTION);
  private static final SessionState HOLDING =
      new SessionState.OpenConfirm(
          0, DIALLED, Sessions.agreed(OWN, PEER), new Rival.Held(CAME, Optional.empty()));
  private static final SessionState GREETED =
      new SessionState.OpenConfirm(
          0, DIALLED, Sessions.agreed(OWN, PEER), new Rival.Held(CAME, Optional.of(PEER)));
  private static final SessionState ESTABLISHED =
      new SessionState.Established(0, DIALLED, Sessions.agreed(OWN, PEER), NONE);
  private static final SessionState NOT_GRACEFUL =
      new SessionState.Established(0, DIALLED, Sessions.agreed(OWN, PLAIN), NONE);
  private static final SessionState YOUNG =
      new SessionState.Established(1, DIALLED, Sessions.agreed(OWN, PEER), NONE);
  private static final SessionState VISITED =
      new SessionState.Established(0, DIALLED, Sessions.agreed(OWN, PEER), new Rival.Waiting(CAME));

  /**
   * Actions are given by their names, each followed by what it is about where that matters;
   * TimersOff is the three Cancels that end a connection.
   */
  record Case(SessionState state, SessionEvent event, SessionPhase next, String actions) {
    @Override
    public String toString() {
      return state.phase() + " " + event.getClass().getSimpleName() + " -> " + next;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        c(IDLE, new SessionEvent.Start(), "Connect", "Dial Arm:CONNECT_RETRY"),
        c(PAUSED, new SessionEvent.Start(), "Idle", ""),
        c(PAUSED, new SessionEvent.Accepted(2), "Idle", "Close:2"),
        c(PAUSED, new SessionEvent.IdleHoldExpired(), "Connect", "Dial Arm:CONNECT_RETRY"),
        c(PAUSED, stop(), "Idle", "Cancel:IDLE_HOLD"),
        c(
            CONNECT,
            new SessionEvent.Connected(1),
            "OpenSent",
            "Cancel:CONNECT_RETRY SendOpen:1 Arm:HOLD"),
        c(CONNECT, new SessionEvent.ConnectFailed("refused"), "Active", "Failed:CONNECT_FAILED"),
        c(
            CONNECT,
            new SessionEvent.ConnectRetryExpired(),
            "Connect",
            "StopDial Failed:CONNECT_FAILED Dial Arm:CONNECT_RETRY"),
        c(
            CONNECT,
            new SessionEvent.Accepted(2),
            "OpenSent",
            "Cancel:CONNECT_RETRY SendOpen:2 Arm:HOLD Arm:RIVAL"),
        c(CONNECT, stop(), "Idle", "StopDial Cancel:CONNECT_RETRY"),
        c(ACTIVE, new SessionEvent.ConnectRetryExpired(), "Connect", "Dial Arm:CONNECT_RETRY"),
        c(
            ACTIVE,
            new SessionEvent.Accepted(2),
            "OpenSent",
            "Cancel:CONNECT_RETRY SendOpen:2 Arm:HOLD"),
        c(ACTIVE, stop(), "Idle", "Cancel:CONNECT_RETRY"),
        c(
            OPEN_SENT,
            new SessionEvent.OpenReceived(1, PEER),
            "OpenConfirm",
            "Agree:1 SendKeepalive:1 Arm:HOLD Arm:KEEPALIVE"),
        c(
            OPEN_SENT,
            new SessionEvent.OpenReceived(1, open(9, "10.0.0.2", 90, IPV4)),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:2/2 Failed:OPEN_REFUSED"),
        c(
            OPEN_SENT,
            new SessionEvent.ConnectionLost(1, ""),
            "Active",
            "TimersOff Arm:CONNECT_RETRY Failed:CONNECTION_LOST"),
        c(
            OPEN_SENT,
            new SessionEvent.HoldExpired(),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:4/0 Failed:HOLD_TIMER_EXPIRED"),
        c(
            OPEN_SENT,
            new SessionEvent.KeepaliveReceived(1),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:5/1 Failed:PROTOCOL_ERROR"),
        c(
            OPEN_SENT,
            new SessionEvent.NotificationReceived(1, NotificationMessage.of(2, 1)),
            "Active",
            "TimersOff Arm:CONNECT_RETRY Close:1 Failed:NOTIFICATION_RECEIVED"),
        c(
            OPEN_SENT,
            new SessionEvent.NotificationReceived(1, CEASE),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1 Failed:NOTIFICATION_RECEIVED"),
        c(OPEN_SENT, stop(), "Idle", "TimersOff Close:1:6/3"),
        c(OPEN_SENT, new SessionEvent.Accepted(2), "OpenSent", "SendOpen:2 Arm:RIVAL"),
        c(OPEN_SENT_DIALLING, new SessionEvent.Connected(1), "OpenSent", "SendOpen:1"),
        c(OPEN_SENT_DIALLING, new SessionEvent.ConnectFailed(""), "OpenSent", ""),
        c(
            OPEN_SENT_DIALLING,
            new SessionEvent.ConnectionLost(2, ""),
            "Connect",
            "Cancel:RIVAL Cancel:HOLD Arm:CONNECT_RETRY Failed:CONNECTION_LOST"),
        c(OPEN_SENT_DIALLING, new SessionEvent.RivalExpired(), "OpenSent", "StopDial"),
        // 6.8: the peer's id is greater, what it dialled stays.
        c(
            TWO,
            new SessionEvent.OpenReceived(2, PEER),
            "OpenConfirm",
            "Agree:2 SendKeepalive:2 Arm:HOLD Arm:KEEPALIVE Close:1:6/7 Cancel:RIVAL"),
        c(TWO, new SessionEvent.OpenReceived(1, PEER), "OpenSent", "Close:1:6/7 Cancel:RIVAL"),
        // 6.8: ours is greater.
        c(TWO, new SessionEvent.OpenReceived(2, LOWER), "OpenSent", "Close:2:6/7 Cancel:RIVAL"),
        c(
            TWO,
            new SessionEvent.ConnectionLost(2, ""),
            "OpenSent",
            "Cancel:RIVAL Arm:HOLD Failed:CONNECTION_LOST"),
        c(TWO, new SessionEvent.ConnectionLost(1, ""), "OpenSent", ""),
        c(TWO, new SessionEvent.MalformedReceived(1, BAD), "OpenSent", "Close:1:3/1"),
        c(OPEN_CONFIRM, new SessionEvent.KeepaliveReceived(1), "Established", "Arm:HOLD Up:1"),
        c(
            OPEN_CONFIRM,
            new SessionEvent.KeepaliveDue(),
            "OpenConfirm",
            "SendKeepalive:1 Arm:KEEPALIVE"),
        c(
            OPEN_CONFIRM,
            new SessionEvent.UpdateReceived(1),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:5/2 Failed:PROTOCOL_ERROR"),
        c(
            OPEN_CONFIRM,
            new SessionEvent.ConnectionLost(1, ""),
            "Active",
            "TimersOff Arm:CONNECT_RETRY Failed:CONNECTION_LOST"),
        c(OPEN_CONFIRM, new SessionEvent.Accepted(2), "OpenConfirm", "Arm:RIVAL"),
        // 4271 6.8: the peer may have our KEEPALIVE, so that it is the one to choose.
        c(
            HOLDING,
            new SessionEvent.KeepaliveReceived(1),
            "Established",
            "Arm:HOLD Up:1 Close:2:6/7 Cancel:RIVAL"),
        c(
            HOLDING,
            new SessionEvent.NotificationReceived(1, COLLISION),
            "OpenSent",
            "TimersOff Cancel:CONNECT_RETRY SendOpen:2 Arm:HOLD Close:1"
                + " Failed:NOTIFICATION_RECEIVED"),
        c(HOLDING, new SessionEvent.OpenReceived(2, PEER), "OpenConfirm", ""),
        c(
            GREETED,
            new SessionEvent.ConnectionLost(1, ""),
            "OpenConfirm",
            "TimersOff SendOpen:2 Agree:2 SendKeepalive:2 Arm:HOLD Arm:KEEPALIVE"
                + " Failed:CONNECTION_LOST"),
        c(HOLDING, new SessionEvent.ConnectionLost(2, ""), "OpenConfirm", "Cancel:RIVAL"),
        c(
            HOLDING,
            new SessionEvent.KeepaliveReceived(2),
            "OpenConfirm",
            "Close:2:5/2 Cancel:RIVAL"),
        c(HOLDING, new SessionEvent.RivalExpired(), "OpenConfirm", "Close:2:6/7 Cancel:RIVAL"),
        c(ESTABLISHED, new SessionEvent.UpdateReceived(1), "Established", "Arm:HOLD"),
        c(ESTABLISHED, new SessionEvent.KeepaliveReceived(1), "Established", "Arm:HOLD"),
        c(ESTABLISHED, new SessionEvent.RefreshReceived(1), "Established", "SendRoutesAgain"),
        c(
            ESTABLISHED,
            new SessionEvent.OpenReceived(1, PEER),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:5/3 Down:PROTOCOL_ERROR:drop"),
        c(
            ESTABLISHED,
            new SessionEvent.HoldExpired(),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:4/0 Down:HOLD_TIMER_EXPIRED:drop"),
        c(
            ESTABLISHED,
            new SessionEvent.MalformedReceived(1, BAD),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1:3/1 Down:PROTOCOL_ERROR:drop"),
        c(
            ESTABLISHED,
            new SessionEvent.NotificationReceived(1, CEASE),
            "Idle",
            "TimersOff Arm:IDLE_HOLD Close:1 Down:NOTIFICATION_RECEIVED:drop"),
        c(ESTABLISHED, stop(), "Idle", "TimersOff Close:1:6/3 Down:DECONFIGURED:drop"),
        // 4724 4.2: without a word is a restart, and it is tried again at once.
        c(
            ESTABLISHED,
            new SessionEvent.ConnectionLost(1, ""),
            "Connect",
            "TimersOff Dial Arm:CONNECT_RETRY Down:CONNECTION_LOST:keep"),
        c(
            NOT_GRACEFUL,
            new SessionEvent.ConnectionLost(1, ""),
            "Connect",
            "TimersOff Dial Arm:CONNECT_RETRY Down:CONNECTION_LOST:drop"),
        c(NOT_GRACEFUL, new SessionEvent.Accepted(2), "Established", "Close:2:6/7"),
        c(ESTABLISHED, new SessionEvent.Accepted(2), "Established", "SendOpen:2 Arm:RIVAL"),
        // 4271 6.8: both had dialled, and the peer's connection came last.
        c(YOUNG, new SessionEvent.Accepted(2), "Established", "Close:2:6/7"),
        c(
            VISITED,
            new SessionEvent.OpenReceived(2, PEER),
            "OpenConfirm",
            "TimersOff Agree:2 SendKeepalive:2 Arm:HOLD Arm:KEEPALIVE Close:1"
                + " Down:PEER_RESTARTED:keep"),
        c(VISITED, new SessionEvent.RivalExpired(), "Established", "Close:2:6/7 Cancel:RIVAL"),
        c(VISITED, new SessionEvent.UpdateReceived(2), "Established", "Close:2:5/1 Cancel:RIVAL"),
        c(
            VISITED,
            new SessionEvent.ConnectionLost(1, ""),
            "OpenSent",
            "Cancel:KEEPALIVE Cancel:RIVAL Arm:HOLD Down:CONNECTION_LOST:keep"),
        c(VISITED, new SessionEvent.ConnectionLost(2, ""), "Established", ""));
  }

  private static SessionEvent stop() {
    return new SessionEvent.Stop(DownCause.DECONFIGURED, NotificationMessage.cease(3));
  }

  private static Case c(SessionState state, SessionEvent event, String next, String actions) {
    SessionPhase phase =
        Stream.of(SessionPhase.values()).filter(p -> p.toString().equals(next)).findFirst().get();
    return new Case(state, event, phase, actions);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void step(Case c) {
    Step step = machine(false).step(c.state(), c.event());
    assertThat(text(step.actions())).isEqualTo(c.actions());
    assertThat(step.next().phase()).isEqualTo(c.next());
  }

  @Test
  void passiveSideWaits() {
    Step step = machine(true).step(IDLE, new SessionEvent.Start());
    assertThat(step.next()).isEqualTo(new SessionState.Active(0));
    assertThat(step.actions()).isEmpty();
  }

  // RFC 4271, 8.1.1, DampPeerOscillations: the IdleHoldTimer.
  @Test
  void pausesDoubleUpToTheLimit() {
    var pauses =
        Stream.of(0, 1, 2, 3, 40)
            .map(failures -> new SessionState.OpenSent(failures, DIALLED, NONE))
            .map(state -> machine(false).step(state, new SessionEvent.HoldExpired()))
            .map(SessionMachineTest::pause)
            .toList();
    for (int i = 0; i < pauses.size(); i++) {
      long full = Math.min(30_000, 5_000L << i);
      assertThat(pauses.get(i).toMillis()).isBetween(full * 3 / 4, full);
    }
  }

  @Test
  void aSessionThatLastedForgetsFailures() {
    var fresh = (SessionState.Established) confirmed(new SessionEvent.KeepaliveReceived(1));
    assertThat(fresh.failures()).isEqualTo(1);
    Step lost = machine(false).step(fresh, new SessionEvent.ConnectionLost(1, ""));
    assertThat(lost.next()).isInstanceOf(SessionState.Active.class);
    Step alive = machine(false).step(fresh, new SessionEvent.KeepaliveReceived(1));
    assertThat(((SessionState.Established) alive.next()).failures()).isZero();
  }

  // RFC 4271, 4.4: no KEEPALIVEs, no hold timer.
  @Test
  void zeroHoldTimeArmsNothing() {
    Step step =
        machine(false)
            .step(OPEN_SENT, new SessionEvent.OpenReceived(1, open(64513, "10.0.0.2", 0, IPV4)));
    assertThat(text(step.actions())).isEqualTo("Agree:1 SendKeepalive:1 Cancel:HOLD");
  }

  // RFC 4271, 10
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void jitterTakesUpToAQuarter(long seed) {
    var machine = new SessionMachine(Sessions.config(64513, false, OWN), new Random(seed));
    Step step = machine.step(ACTIVE, new SessionEvent.ConnectRetryExpired());
    var arm = (SessionAction.Arm) step.actions().getLast();
    assertThat(arm.after()).isBetween(Duration.ofMillis(3750), Duration.ofSeconds(5));
  }

  private static SessionState confirmed(SessionEvent event) {
    return machine(false).step(OPEN_CONFIRM, event).next();
  }

  private static SessionMachine machine(boolean passive) {
    return new SessionMachine(Sessions.config(64513, passive, OWN), new Random(1));
  }

  private static Duration pause(Step step) {
    return step.actions().stream()
        .filter(a -> a instanceof SessionAction.Arm arm && arm.timer() == SessionTimer.IDLE_HOLD)
        .map(a -> ((SessionAction.Arm) a).after())
        .findFirst()
        .orElseThrow();
  }

  private static String text(List<SessionAction> actions) {
    String all = String.join(" ", actions.stream().map(SessionMachineTest::text).toList());
    return all.replace("Cancel:RIVAL Cancel:HOLD Cancel:KEEPALIVE", "TimersOff");
  }

  private static String text(SessionAction action) {
    String name = action.getClass().getSimpleName();
    return switch (action) {
      case SessionAction.Dial _, SessionAction.StopDial _, SessionAction.SendRoutesAgain _ -> name;
      case SessionAction.SendOpen(int id, _) -> name + ":" + id;
      case SessionAction.SendKeepalive(int id) -> name + ":" + id;
      case SessionAction.Close(int id, var last) ->
          name + ":" + id + last.map(n -> ":" + n.code() + "/" + n.subcode()).orElse("");
      case SessionAction.Arm(var timer, _) -> name + ":" + timer;
      case SessionAction.Cancel(var timer) -> name + ":" + timer;
      case SessionAction.Agree(int id, _) -> name + ":" + id;
      case SessionAction.Up(int id, _) -> name + ":" + id;
      case SessionAction.Down(var cause, _, boolean keep) ->
          name + ":" + cause + (keep ? ":keep" : ":drop");
      case SessionAction.Failed(var cause, _) -> name + ":" + cause;
    };
  }
}
