package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.AdjRibOut;
import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.Recovery;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
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

  /** Prefixes that are decided or sent in one go: some milliseconds of work. */
  private static final int SLICE = 4096;

  private final LocRib rib;
  private final InternTable<Attributes> sentAttributes = new InternTable<>();
  private final Set<PeerSession> established = new LinkedHashSet<>();
  private final SpeakerListener listener;
  private final SpeakerSettings settings;
  private final Scheduler scheduler;
  private final Runnable onRecovered;
  private Optional<Recovery<PeerKey>> recovery = Optional.empty();

  /** The recovery that is over, while peers that restart, too, have not sent what they have. */
  private Optional<Recovery<PeerKey>> settling = Optional.empty();

  private Optional<SpeakerListener.Recovered> toTell = Optional.empty();
  private boolean begun;

  /**
   * An exchange without routes and peers.
   *
   * @param onRecovered runs when the recovery is over, or there is none
   */
  RouteExchange(
      Identity self,
      SpeakerSettings settings,
      SpeakerListener listener,
      Scheduler scheduler,
      Runnable onRecovered) {
    this.rib = new LocRib(self);
    this.settings = settings;
    this.listener = listener;
    this.scheduler = scheduler;
    this.onRecovered = onRecovered;
  }

  LocRib rib() {
    return rib;
  }

  AdjRibOut newAdjRibOut() {
    return new AdjRibOut(sentAttributes);
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

  /** A session is up: it gets the whole table. */
  void up(PeerSession session, Agreed agreed) {
    established.add(session);
    recovery.ifPresent(r -> r.up(session.key(), agreed));
    session.routes().adjRibOut().markAll(rib.chosen());
    if (!isRecovering()) {
      session.routes().adjRibOut().endOfRibAfterwards(agreed.families());
    }
    endRecoveryIfComplete();
  }

  void down(PeerSession session) {
    established.remove(session);
    session.routes().adjRibOut().clear();
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
    session.routes().adjRibOut().sendAgain(rib.chosen());
    session.routes().adjRibOut().endOfRibAfterwards(session.families());
  }

  /** Decides and tells; true when there is more to do at once. */
  boolean flush() {
    if (isRecovering()) {
      return false;
    }
    var looked = new ArrayList<Prefix>();
    var changes = new ArrayList<BestChange>();
    rib.decide(
        SLICE,
        (rows, row, changed) -> {
          looked.add(rows.prefix(row));
          if (changed) {
            changes.add(new BestChange(rows.prefix(row), rib.best(rows, row)));
          }
        });
    rib.sweep();
    for (PeerSession session : established) {
      AdjRibOut out = session.routes().adjRibOut();
      if (out.hasSeveral()) {
        looked.forEach(out::mark);
      } else {
        changes.forEach(change -> out.mark(change.prefix()));
      }
    }
    if (!changes.isEmpty()) {
      listener.bestChanged(changes);
    }
    if (!rib.hasMarked() && settling.map(Recovery::isSettled).orElse(true)) {
      settling = Optional.empty();
      toTell.ifPresent(listener::recovered);
      toTell = Optional.empty();
    }
    boolean more = rib.hasMarked();
    for (PeerSession session : established) {
      more |=
          session
              .channel()
              .map(c -> session.routes().send(c, SLICE, session.record()))
              .orElse(false);
    }
    return more;
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
    for (PeerSession session : established) {
      session.routes().adjRibOut().endOfRibAfterwards(session.families());
    }
    onRecovered.run();
  }
}
