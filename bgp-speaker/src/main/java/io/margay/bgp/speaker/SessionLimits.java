package io.margay.bgp.speaker;

import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionEvent;
import io.margay.bgp.fsm.SessionState;
import io.margay.bgp.fsm.SessionTimer;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.PrefixGuard;
import io.margay.bgp.rib.PrefixLimit;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Holds one peer to its numbers of routes, and counts what that took. Owned by bgp-core. */
final class SessionLimits {
  private static final EventLog LOG = EventLog.of(SessionLimits.class);

  /** How long a peer stays away that announced more than there is room for. */
  private static final Duration FULL_PAUSE = Duration.ofMinutes(5);

  private final PeerSession session;
  private final AdjRibIn adjRibIn;
  private final PrefixGuard guard = new PrefixGuard();
  private final Map<Family, Long> warnings = new EnumMap<>(Family.class);
  private final Map<Family, Long> exceeded = new EnumMap<>(Family.class);

  /** It is down, and what brought it down was a limit. */
  private boolean down;

  SessionLimits(PeerSession session, AdjRibIn adjRibIn) {
    this.session = session;
    this.adjRibIn = adjRibIn;
  }

  /** The session is up: nothing was told of it yet. */
  void reset() {
    down = false;
    guard.reset();
  }

  /** Looks at what is there, behind each UPDATE. */
  void check() {
    for (Map.Entry<Family, PrefixLimit> e : limits().entrySet()) {
      check(e.getKey(), e.getValue());
    }
  }

  /** Looks whether there is room for what the peer announced, behind each read. */
  void checkRoom(RouteExchange exchange) {
    if (!session.isEstablished() || !exchange.isFull()) {
      return;
    }
    LOG.warn(
        "bgp.table.full",
        "peer",
        session.config().name(),
        "routes",
        adjRibIn.received(),
        "bytes",
        exchange.neededBytes(),
        "limit",
        exchange.tableBytes(),
        "action",
        "restart after " + FULL_PAUSE.toSeconds() + " s",
        "help",
        "a maxPrefix for the peer, or a larger tableLimit and heap");
    session.step(
        new SessionEvent.LimitExceeded(
            DownCause.OUT_OF_RESOURCES,
            NotificationMessage.cease(NotificationMessage.OUT_OF_RESOURCES),
            Optional.of(FULL_PAUSE)));
  }

  /** Other limits hold: they may be broken at once, and a session that an old one ended may try. */
  void changed() {
    guard.reset();
    if (down && session.state() instanceof SessionState.Idle idle) {
      down = false;
      session.timers().cancel(SessionTimer.IDLE_HOLD);
      session.step(idle.waiting() ? new SessionEvent.IdleHoldExpired() : new SessionEvent.Start());
    }
    check();
  }

  List<PeerView.Limit> view() {
    return limits().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> view(e.getKey(), e.getValue()))
        .toList();
  }

  private Map<Family, PrefixLimit> limits() {
    return session.config().routing().limits();
  }

  private void check(Family family, PrefixLimit limit) {
    // While a peer's old routes are kept beside its new ones their sum says nothing.
    boolean counts =
        session.isEstablished()
            && !session.routes().stale().families().contains(family)
            && !adjRibIn.isChanging(family);
    int routes = adjRibIn.received(family);
    if (!counts || !guard.rises(family, routes, limit)) {
      return;
    }
    boolean over = guard.level(family) == PrefixGuard.Level.OVER;
    (over ? exceeded : warnings).merge(family, 1L, Long::sum);
    LOG.warn(
        over ? "bgp.limit.exceeded" : "bgp.limit.near",
        "peer",
        session.config().name(),
        "family",
        family,
        "routes",
        routes,
        "limit",
        limit.most(),
        "action",
        text(limit.action()));
    if (over) {
      act(family, limit);
    }
  }

  private void act(Family family, PrefixLimit limit) {
    NotificationMessage last = NotificationMessage.tooManyPrefixes(family, limit.most());
    switch (limit.action()) {
      case PrefixLimit.Action.Warn _ -> {}
      case PrefixLimit.Action.Restart(var pause) -> {
        session.step(limitExceeded(last, Optional.of(pause)));
        down = true;
      }
      case PrefixLimit.Action.Stop _ -> {
        session.step(limitExceeded(last, Optional.empty()));
        down = true;
      }
    }
  }

  private static SessionEvent limitExceeded(NotificationMessage last, Optional<Duration> pause) {
    return new SessionEvent.LimitExceeded(DownCause.PREFIX_LIMIT, last, pause);
  }

  private PeerView.Limit view(Family family, PrefixLimit limit) {
    return new PeerView.Limit(
        family,
        adjRibIn.received(family),
        limit.most(),
        limit.warningAt(),
        text(limit.action()),
        warnings.getOrDefault(family, 0L),
        exceeded.getOrDefault(family, 0L));
  }

  private static String text(PrefixLimit.Action action) {
    return switch (action) {
      case PrefixLimit.Action.Warn _ -> "warn";
      case PrefixLimit.Action.Restart(var pause) -> "restart after " + pause.toSeconds() + " s";
      case PrefixLimit.Action.Stop _ -> "stop";
    };
  }
}
