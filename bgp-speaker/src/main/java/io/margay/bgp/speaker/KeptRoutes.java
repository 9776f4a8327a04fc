package io.margay.bgp.speaker;

import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.StaleRoutes;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.LocRib;
import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is kept of a peer while it is away, with the timers that end it. Owned by bgp-core. */
final class KeptRoutes {
  private static final EventLog LOG = EventLog.of(KeptRoutes.class);

  private final String peer;
  private final Scheduler scheduler;
  private final LocRib rib;
  private final AdjRibIn adjRibIn;
  private final Map<Family, Scheduler.Task> longLivedTimers = new EnumMap<>(Family.class);
  private StaleRoutes stale = StaleRoutes.NONE;
  private Scheduler.@Nullable Task restartTimer;

  KeptRoutes(String peer, Scheduler scheduler, LocRib rib, AdjRibIn adjRibIn) {
    this.peer = peer;
    this.scheduler = scheduler;
    this.rib = rib;
    this.adjRibIn = adjRibIn;
  }

  StaleRoutes stale() {
    return stale;
  }

  void up(Agreed agreed) {
    apply(stale.up(agreed));
  }

  void down(Agreed agreed, boolean keep) {
    apply(stale.down(agreed, keep));
  }

  void endOfRib(Family family) {
    apply(stale.endOfRib(family));
  }

  /** The peer is gone for good. */
  void drop() {
    cancelRestart();
    longLivedTimers.values().forEach(Scheduler.Task::cancel);
    longLivedTimers.clear();
    stale = StaleRoutes.NONE;
  }

  private void apply(StaleRoutes.Result result) {
    stale = result.next();
    result.actions().forEach(this::run);
  }

  private void run(StaleRoutes.Action action) {
    switch (action) {
      case StaleRoutes.Action.MarkStale(var family) -> rib.markStale(adjRibIn, family);
      case StaleRoutes.Action.DepreferStale(var family) -> rib.depreferStale(adjRibIn, family);
      case StaleRoutes.Action.PurgeStale(var family) -> rib.purgeStale(adjRibIn, family);
      case StaleRoutes.Action.Purge(var family) -> rib.purge(adjRibIn, family);
      case StaleRoutes.Action.Arm(var after) -> {
        cancelRestart();
        restartTimer = scheduler.after(after, () -> apply(stale.expired()));
      }
      case StaleRoutes.Action.Cancel _ -> cancelRestart();
      case StaleRoutes.Action.ArmLongLived(var family, var after) -> armLongLived(family, after);
      case StaleRoutes.Action.CancelLongLived(var family) -> cancelLongLived(family);
    }
  }

  private void armLongLived(Family family, Duration after) {
    LOG.info("bgp.routes.longlived", "peer", peer, "family", family, "seconds", after.toSeconds());
    cancelLongLived(family);
    longLivedTimers.put(
        family, scheduler.after(after, () -> apply(stale.longLivedExpired(family))));
  }

  private void cancelLongLived(Family family) {
    Scheduler.Task timer = longLivedTimers.remove(family);
    if (timer != null) {
      timer.cancel();
    }
  }

  private void cancelRestart() {
    if (restartTimer != null) {
      restartTimer.cancel();
      restartTimer = null;
    }
  }
}
