package io.margay.bgp.speaker;

import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.GroupRules;
import io.margay.bgp.export.UpdateGroups;
import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.Recovery;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.session.PeerChannel;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import io.netty.buffer.ByteBufAllocator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Routes between the sessions: what comes in goes to the Loc-RIB, what is chosen goes to the
 * listener and to all peers, once behind each burst. Holds everything back while the speaker
 * recovers from a restart. Owned by bgp-core.
 */
final class RouteExchange {
  private static final EventLog LOG = EventLog.of(RouteExchange.class);

  /** Peers that are told at once by whoever brings a change; more are worth to wait for others. */
  private static final int FEW = 16;

  /** Prefixes that are decided or sent in one go: some milliseconds of work. */
  private static final int SLICE = 4096;

  /** How long prefixes stay that nobody announces; longer when the last look was for nothing. */
  private static final Duration SWEEP_PAUSE = Duration.ofMillis(500);

  private static final Duration MOST_PAUSE = Duration.ofSeconds(30);

  /** Bytes that a group of peers holds for its slow ones. */
  private static final long MOST_WAITING = 4 << 20;

  private final LocRib rib;
  private final UpdateGroups groups;
  private final Set<PeerSession> established = new LinkedHashSet<>();
  private final SpeakerListener listener;
  private final SpeakerSettings settings;
  private final Scheduler scheduler;
  private final Runnable onRecovered;
  private Optional<Recovery<PeerKey>> recovery = Optional.empty();

  /** The recovery that is over, while peers that restart, too, have not sent what they have. */
  private Optional<Recovery<PeerKey>> settling = Optional.empty();

  private Optional<SpeakerListener.Recovered> toTell = Optional.empty();

  private boolean reports = true;
  private long mostBytes = Long.MAX_VALUE / 2;

  /** Run when the listener knows all routes. */
  private final List<Runnable> toldAll = new ArrayList<>();

  private boolean begun;

  /** All that there was when the recovery ended is chosen: End-of-RIB means what it says. */
  private boolean complete;

  /** A sweep of prefixes that nobody announces is to come, or has begun. */
  private boolean sweepDue;

  private boolean sweeping;
  private boolean useful = true;
  private Duration sweepPause = SWEEP_PAUSE;

  /**
   * An exchange without routes and peers.
   *
   * @param onRecovered runs when the recovery is over, or there is none
   * @param allocator of what is sent to many peers
   */
  RouteExchange(
      Identity self,
      SpeakerSettings settings,
      SpeakerListener listener,
      Scheduler scheduler,
      Runnable onRecovered,
      ByteBufAllocator allocator) {
    this.rib = new LocRib(self);
    rib.keys(new SecureRandom()::nextLong);
    this.groups = new UpdateGroups(rib, allocator, MOST_WAITING);
    rib.holder(groups);
    this.settings = settings;
    this.listener = listener;
    this.scheduler = scheduler;
    this.onRecovered = onRecovered;
  }

  LocRib rib() {
    return rib;
  }

  /**
   * What a peer is told in a session that is up now: the whole table first.
   *
   * @param most so many paths to a prefix where it gets several
   */
  PeerExport export(
      ExportPeer peer, Agreed agreed, int most, PeerChannel channel, SessionRecord record) {
    GroupRules rules = GroupRules.of(peer, agreed.format(), most);
    return new PeerExport(groups, peer, rules, channel, record);
  }

  /** What the routes of all peers may need; see {@link #isFull}. */
  void tableBytes(long most) {
    mostBytes = most;
  }

  long tableBytes() {
    return mostBytes;
  }

  /** Bytes that the routes of all peers need. */
  long neededBytes() {
    return rib.needed() + groups.needed();
  }

  /** True when there is no room for more routes; while some go already, a little is left. */
  boolean isFull() {
    return neededBytes() > mostBytes + (rib.isWalking() ? mostBytes / 8 : 0);
  }

  /** Nothing is chosen and told yet: the peers' tables are not complete. */
  boolean isRecovering() {
    return !begun || recovery.isPresent();
  }

  /** Who is waited for, for people. */
  Set<PeerKey> waitingFor() {
    return recovery.map(Recovery::waitingFor).orElse(Set.of());
  }

  /** The peers are configured now; the first time, this starts the work. */
  void peers(Collection<PeerKey> added, Collection<PeerKey> removed) {
    if (!begun) {
      begun = true;
      begin(added);
    }
    recovery.ifPresent(r -> {
      added.forEach(r::add);
      removed.forEach(r::remove);
    });
    settling.ifPresent(s -> removed.forEach(s::remove));
    endRecoveryIfComplete();
  }

  void originate(Map<Prefix, LocalRoute> routes) {
    rib.originate(routes);
  }

  void nextHops(NextHops nextHops) {
    rib.nextHops(nextHops);
  }

  /** See {@link Speaker#reportRoutes}. */
  void report(boolean wanted, Runnable onToldAll) {
    reports = wanted;
    rib.followWays(wanted);
    if (wanted) {
      toldAll.add(onToldAll);
    } else {
      onToldAll.run();
    }
  }

  /** A session is up: it gets the whole table. */
  void up(PeerSession session, Agreed agreed) {
    established.add(session);
    recovery.ifPresent(r -> r.up(session.key(), agreed));
    if (complete) {
      session.routes().export().ifPresent(e -> e.endOfRibAfterwards(agreed.families()));
    }
    endRecoveryIfComplete();
  }

  void down(PeerSession session) {
    established.remove(session);
    recovery.ifPresent(r -> r.down(session.key()));
    endRecoveryIfComplete();
  }

  void endOfRib(PeerSession session, Family family) {
    recovery.ifPresent(r -> r.endOfRib(session.key(), family));
    settling.ifPresent(s -> s.endOfRib(session.key(), family));
    endRecoveryIfComplete();
  }

  /** What a peer was told is told again. */
  void sendAgain(PeerSession session) {
    session.routes().export().ifPresent(e -> e.sendAgain(session.families()));
  }

  /** What one peer says goes to so few others that telling them takes some microseconds. */
  boolean tellsFew() {
    return established.size() <= FEW;
  }

  /** Decides and tells; true when there is more to do at once. */
  boolean flush() {
    walk();
    var changes = new ArrayList<BestChange>();
    if (isRecovering()) {
      // Peers that hear nothing of us before we die again drop what they keep (RFC 4724, 4.2).
      rib.decideOwn((rows, row, changed) -> decided(changes, rows, row, changed));
      tell(changes);
      return send() || rib.isWalking();
    }
    rib.decide(SLICE, (rows, row, changed) -> decided(changes, rows, row, changed));
    tell(changes);
    if (!complete && !rib.hasMarked()) {
      complete = true;
      for (PeerSession session : established) {
        session.routes().export().ifPresent(e -> e.endOfRibAfterwards(session.families()));
      }
    }
    if (!rib.hasMarked() && settling.map(Recovery::isSettled).orElse(true)) {
      settling = Optional.empty();
      toTell.ifPresent(listener::recovered);
      toTell = Optional.empty();
    }
    if (!rib.hasMarked()) {
      toldAll.forEach(Runnable::run);
      toldAll.clear();
    }
    boolean more = rib.hasMarked();
    more |= send();
    more |= sweep();
    return more;
  }

  private void tell(List<BestChange> changes) {
    if (!changes.isEmpty()) {
      listener.bestChanged(changes);
    }
  }

  /** True when there is more to send at once. */
  private boolean send() {
    boolean more = false;
    for (PeerSession session : established) {
      more |= session.routes().export().map(PeerExport::flush).orElse(false);
    }
    more |= groups.flush();
    return more;
  }

  private void walk() {
    if (rib.isWalking()) {
      rib.walk(SLICE);
      if (!rib.isWalking()) {
        // Only now the peers' numbers of routes are what they are to be.
        List.copyOf(established).forEach(session -> session.limits().check());
      }
    }
  }

  /**
   * Prefixes that nobody announces any more are taken away a moment later: what flaps is announced
   * again by then, and peers hear of a withdrawal before the work for it is done. Gives back true
   * when there are more to be taken away at once.
   */
  private boolean sweep() {
    if (sweeping) {
      int before = rib.lapsed();
      // While a peer has yet to take what was written, no row goes.
      sweeping = !groups.isWaiting() && rib.sweep(SLICE);
      sweepDue = sweeping;
      useful |= rib.lapsed() < before;
    }
    if (!sweepDue && rib.lapsed() > 0) {
      sweepDue = true;
      sweepPause = useful ? SWEEP_PAUSE : least(sweepPause.multipliedBy(2), MOST_PAUSE);
      useful = false;
      scheduler.after(sweepPause, () -> sweeping = true);
    }
    return sweeping;
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void decided(List<BestChange> changes, RouteRows rows, int row, boolean changed) {
    if (changed) {
      groups.mark(rows, row);
      if (reports) {
        changes.add(new BestChange(rows.prefix(row), rib.reader().best(rows, row)));
      }
    } else {
      groups.markPaths(rows, row);
    }
  }

  private void begin(Collection<PeerKey> peers) {
    if (!settings.restarted()) {
      finish(SpeakerListener.Recovered.NOTHING_TO_WAIT_FOR);
      return;
    }
    recovery = Optional.of(new Recovery<>(peers));
    LOG.info("bgp.recovery.started", "peers", peers.size());
    scheduler.after(
        settings.contactTime(),
        () -> {
          recovery.ifPresent(Recovery::giveUpSilent);
          endRecoveryIfComplete();
        });
    scheduler.after(
        settings.recoveryTime(),
        () -> {
          if (recovery.isPresent()) {
            finish(SpeakerListener.Recovered.TIMER);
          }
        });
  }

  private void endRecoveryIfComplete() {
    if (recovery.isPresent() && recovery.get().isComplete()) {
      finish(SpeakerListener.Recovered.ALL_PEERS);
    }
  }

  private void finish(SpeakerListener.Recovered why) {
    if (recovery.isPresent()) {
      LOG.info("bgp.recovery.ended", "why", why, "missing", waitingFor());
    }
    settling = recovery;
    recovery = Optional.empty();
    toTell = Optional.of(why);
    if (settling.isPresent()) {
      // They may wait as long as we did, from now at the latest.
      scheduler.after(settings.recoveryTime(), () -> settling = Optional.empty());
    }
    onRecovered.run();
  }
}
