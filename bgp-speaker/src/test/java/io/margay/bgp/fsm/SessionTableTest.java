package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * RFC 4271, 8.2.2 as one table: where each event leads from each state, of a side that dials and
 * has one connection. A dot stays where it is. Where the RFC goes to Idle without anybody's fault
 * (a lost connection, a lost collision), this speaker waits in Active for the next try: there is
 * nothing to pause for.
 */
class SessionTableTest {
  private static final OpenMessage OWN = open(64512, "10.0.0.1", 90, IPV4);
  private static final OpenMessage PEER = open(64513, "10.0.0.2", 90, IPV4);
  private static final Link LINK = new Link(1, true);
  private static final Rival NONE = new Rival.None();
  private static final Agreed AGREED = Sessions.agreed(OWN, PEER);

  private static final Map<String, SessionEvent> EVENTS = new LinkedHashMap<>();

  static {
    EVENTS.put("start", new SessionEvent.Start());
    EVENTS.put("stop", new SessionEvent.Stop(DownCause.DECONFIGURED, NotificationMessage.cease(3)));
    EVENTS.put("connect retry", new SessionEvent.ConnectRetryExpired());
    EVENTS.put("delay open", new SessionEvent.DelayOpenExpired());
    EVENTS.put("idle hold", new SessionEvent.IdleHoldExpired());
    EVENTS.put("hold", new SessionEvent.HoldExpired());
    EVENTS.put("keepalive due", new SessionEvent.KeepaliveDue());
    EVENTS.put("rival", new SessionEvent.RivalExpired());
    EVENTS.put("connected", new SessionEvent.Connected(1));
    EVENTS.put("connect failed", new SessionEvent.ConnectFailed("refused"));
    EVENTS.put("accepted", new SessionEvent.Accepted(2));
    EVENTS.put("lost", new SessionEvent.ConnectionLost(1, "reset"));
    EVENTS.put("OPEN", new SessionEvent.OpenReceived(1, PEER));
    EVENTS.put("bad OPEN", new SessionEvent.OpenReceived(1, open(64599, "10.0.0.2", 90, IPV4)));
    EVENTS.put("KEEPALIVE", new SessionEvent.KeepaliveReceived(1));
    EVENTS.put("UPDATE", new SessionEvent.UpdateReceived(1));
    EVENTS.put("REFRESH", new SessionEvent.RefreshReceived(1));
    EVENTS.put("CEASE", notification(NotificationMessage.cease(2)));
    EVENTS.put("CEASE collision", notification(NotificationMessage.cease(7)));
    EVENTS.put("version error", notification(NotificationMessage.of(2, 1)));
    EVENTS.put("hold error", notification(NotificationMessage.of(4, 0)));
    EVENTS.put(
        "limit",
        new SessionEvent.LimitExceeded(
            DownCause.PREFIX_LIMIT, NotificationMessage.cease(1), Optional.empty()));
    EVENTS.put("send hold", new SessionEvent.SendHoldExpired());
    EVENTS.put("malformed", new SessionEvent.MalformedReceived(1, NotificationMessage.of(3, 1)));
  }

  private static SessionEvent notification(NotificationMessage message) {
    return new SessionEvent.NotificationReceived(1, message);
  }

  private static SessionState state(SessionPhase phase) {
    return switch (phase) {
      case IDLE -> new SessionState.Idle(1, true);
      case CONNECT -> new SessionState.Connect(0);
      case ACTIVE -> new SessionState.Active(0);
      case OPEN_SENT -> new SessionState.OpenSent(0, LINK, NONE);
      case OPEN_CONFIRM -> new SessionState.OpenConfirm(0, LINK, AGREED, NONE);
      case ESTABLISHED -> new SessionState.Established(0, LINK, AGREED, NONE);
    };
  }

  /** What a fault of the peer is answered with; none where it is not told. */
  private static Optional<String> answer(Step step) {
    return step.actions().stream()
        .filter(SessionAction.Close.class::isInstance)
        .flatMap(action -> ((SessionAction.Close) action).last().stream())
        .map(last -> last.code() + "/" + last.subcode())
        .findFirst();
  }

  private static Step step(SessionPhase from, String event) {
    SessionEvent what = EVENTS.get(event);
    assertThat(what).as(event).isNotNull();
    return new SessionMachine(Sessions.config(64513, false, OWN), new Random(1))
        .step(state(from), what);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // event,         Idle,    Connect,  Active,   OpenSent,    OpenConfirm, Established
    "start,           .,       .,        .,        .,           .,           .",
    "stop,            Idle,    Idle,     Idle,     Idle,        Idle,        Idle",
    "connect retry,   .,       Connect,  Connect,  .,           .,           .",
    "delay open,      .,       .,        .,        .,           .,           .",
    "idle hold,       Connect, .,        .,        .,           .,           .",
    "hold,            .,       .,        .,        Idle,        Idle,        Idle",
    "keepalive due,   .,       .,        .,        .,           .,           .",
    "rival,           .,       .,        .,        .,           .,           .",
    "connected,       .,       OpenSent, .,        .,           OpenSent,    .",
    "connect failed,  .,       Active,   .,        .,           .,           .",
    "accepted,        .,       OpenSent, OpenSent, .,           .,           .",
    "lost,            .,       .,        .,        Active,      Active,      Connect",
    "OPEN,            .,       .,        .,        OpenConfirm, Idle,        Idle",
    "bad OPEN,        .,       .,        .,        Idle,        Idle,        Idle",
    "KEEPALIVE,       .,       .,        .,        Idle,        Established, .",
    "UPDATE,          .,       .,        .,        Idle,        Idle,        .",
    "REFRESH,         .,       .,        .,        Idle,        Idle,        .",
    "CEASE,           .,       .,        .,        Idle,        Idle,        Idle",
    "CEASE collision, .,       .,        .,        Active,      Active,      Active",
    "version error,   .,       .,        .,        Active,      Active,      Idle",
    "hold error,      .,       .,        .,        Idle,        Idle,        Idle",
    "limit,           .,       .,        .,        .,           .,           Idle",
    "send hold,       .,       .,        .,        .,           .,           Idle",
    "malformed,       .,       .,        .,        Idle,        Idle,        Idle",
  })
  void eachEventLeadsWhereTheTableSays(
      String event,
      String idle,
      String connect,
      String active,
      String openSent,
      String openConfirm,
      String established) {
    var row =
        Map.of(
            SessionPhase.IDLE, idle,
            SessionPhase.CONNECT, connect,
            SessionPhase.ACTIVE, active,
            SessionPhase.OPEN_SENT, openSent,
            SessionPhase.OPEN_CONFIRM, openConfirm,
            SessionPhase.ESTABLISHED, established);
    row.forEach((from, cell) ->
        assertThat(step(from, event).next().phase())
            .as("%s in %s", event, from)
            .hasToString(cell.equals(".") ? from.toString() : cell));
  }

  // RFC 4271, 6.5 and 6.6; RFC 6608; RFC 9687, 3.2. A NOTIFICATION is never answered (6.4).
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // event,         OpenSent, OpenConfirm, Established
    "stop,            6/3,      6/3,         6/3",
    "hold,            4/0,      4/0,         4/0",
    "OPEN,            -,        5/2,         5/3",
    "bad OPEN,        2/2,      5/2,         5/3",
    "KEEPALIVE,       5/1,      -,           -",
    "UPDATE,          5/1,      5/2,         -",
    "REFRESH,         5/1,      5/2,         -",
    "CEASE,           -,        -,           -",
    "CEASE collision, -,        -,           -",
    "version error,   -,        -,           -",
    "hold error,      -,        -,           -",
    "limit,           -,        -,           6/1",
    "send hold,       -,        -,           8/0",
    "malformed,       3/1,      3/1,         3/1",
    "lost,            -,        -,           -",
  })
  void eachFaultIsAnsweredAsTheTableSays(
      String event, String openSent, String openConfirm, String established) {
    var row =
        Map.of(
            SessionPhase.OPEN_SENT, openSent,
            SessionPhase.OPEN_CONFIRM, openConfirm,
            SessionPhase.ESTABLISHED, established);
    row.forEach((from, expected) ->
        assertThat(answer(step(from, event)).orElse("-"))
            .as("%s in %s", event, from)
            .isEqualTo(expected));
  }

  // 8.2.2: the routes of a session that ends go, or are kept, and its owner is told once.
  @ParameterizedTest(name = "{0}")
  @CsvSource({"stop", "hold", "lost", "OPEN", "CEASE", "CEASE collision", "limit", "malformed"})
  void anEndedSessionIsToldOnce(String event) {
    Step step = step(SessionPhase.ESTABLISHED, event);
    assertThat(step.actions()).filteredOn(SessionAction.Down.class::isInstance).hasSize(1);
    assertThat(step.actions()).noneMatch(SessionAction.Failed.class::isInstance);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"CEASE", "hold error", "version error", "malformed", "hold"})
  void aVersionErrorIsNobodysFailure(String event) {
    for (SessionPhase from :
        new SessionPhase[] {SessionPhase.OPEN_SENT, SessionPhase.OPEN_CONFIRM}) {
      boolean counted =
          step(from, event).next() instanceof SessionState.Idle(int failures, _) && failures == 1;
      assertThat(counted).as("%s in %s", event, from).isEqualTo(!event.equals("version error"));
    }
  }
}
