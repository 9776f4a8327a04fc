package io.margay.bgp.speaker;

import io.margay.bgp.attr.Octets;
import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.SessionAction;
import io.margay.bgp.fsm.SessionEvent;
import io.margay.bgp.fsm.SessionState;
import io.margay.bgp.fsm.StepLog;
import io.margay.bgp.session.Endpoint;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.Fault;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.log.EventLog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is remembered of a session for people: counters, last errors, last steps. */
final class SessionRecord {
  private static final EventLog LOG = EventLog.of(SessionRecord.class);

  /** Different faults of a session that are logged; all are counted. */
  private static final int LOGGED_FAULTS = 16;

  /** Hex digits of a malformed UPDATE's attributes that are logged. */
  private static final int SHOWN_DIGITS = 512;

  private final InstantSource clock;
  private final StepLog steps = new StepLog();
  private final Set<String> loggedFaults = new HashSet<>();
  private Optional<PeerView.Event> errorSent = Optional.empty();
  private Optional<PeerView.Event> errorReceived = Optional.empty();
  private Optional<PeerView.Event> lastDown = Optional.empty();
  private Optional<SessionAction.Failed> lastFailure = Optional.empty();
  private Optional<Session> session = Optional.empty();
  private Instant since;
  private Instant lastUp;
  private long messagesIn;
  private long updatesIn;
  private long announcedIn;
  private long withdrawnIn;
  private long announcedOut;
  private long withdrawnOut;
  private long faults;
  private long timesUp;
  private long messagesOut;
  private long updatesOut;

  /** What a session is by, in words only when somebody asks: hundreds come up at once. */
  private record Session(Endpoint local, Endpoint remote, Agreed agreed) {}

  SessionRecord(InstantSource clock) {
    this.clock = clock;
    this.since = clock.instant();
    this.lastUp = since;
  }

  Instant since() {
    return since;
  }

  /** When the last session came up. */
  Instant established() {
    return lastUp;
  }

  void messages(int more) {
    messagesIn += more;
  }

  /** Counts UPDATEs; a fault is logged the first time in a session. */
  void updates(String peer, UpdateRun run) {
    updatesIn += run.count();
    announcedIn += run.announced();
    withdrawnIn += run.withdrawn();
    for (UpdateRun.Faulty faulty : run.faults()) {
      faulty.faults().forEach(fault -> fault(peer, fault, faulty.attributes()));
    }
  }

  private void fault(String peer, Fault fault, Octets attributes) {
    faults++;
    String text = Fault.text(fault);
    if (loggedFaults.size() < LOGGED_FAULTS && loggedFaults.add(text)) {
      LOG.warn(
          "bgp.update.malformed", "peer", peer, "fault", text, "attributes", shown(attributes));
    }
  }

  /** Counts what the peer is told. */
  void told(int announced, int withdrawn) {
    announcedOut += announced;
    withdrawnOut += withdrawn;
  }

  void step(SessionState before, SessionEvent event, SessionState after) {
    Instant now = clock.instant();
    steps.add(now.toEpochMilli(), before, event, after);
    if (before.phase() != after.phase()) {
      since = now;
    }
  }

  void up(PeerChannel channel, Agreed agreed) {
    session = Optional.of(new Session(channel.local(), channel.remote(), agreed));
    timesUp++;
    lastUp = clock.instant();
    lastFailure = Optional.empty();
    loggedFaults.clear();
  }

  void down(SessionAction.Down down) {
    lastDown = Optional.of(event(down.cause() + ": " + down.detail()));
  }

  /** Notes an attempt that failed; true when the one before failed in another way. */
  boolean failed(SessionAction.Failed failed) {
    lastDown = Optional.of(event(failed.cause() + ": " + failed.detail()));
    boolean isNew = !lastFailure.equals(Optional.of(failed));
    lastFailure = Optional.of(failed);
    return isNew;
  }

  void errorSent(String text) {
    errorSent = Optional.of(event(text));
  }

  void errorReceived(String text) {
    errorReceived = Optional.of(event(text));
  }

  /** Keeps what a connection that is over has counted. */
  void closed(PeerChannel channel) {
    messagesOut += channel.messagesOut();
    updatesOut += channel.updatesOut();
  }

  Optional<PeerView.Event> errorSent() {
    return errorSent;
  }

  Optional<PeerView.Event> errorReceived() {
    return errorReceived;
  }

  Optional<PeerView.Event> lastDown() {
    return lastDown;
  }

  /** What the OPENs of this session agreed on, or of the last one; empty before the first. */
  Optional<PeerView.Agreed> agreed() {
    return session.map(SessionRecord::view);
  }

  List<PeerView.Step> steps() {
    return steps.entries().stream()
        .map(s -> new PeerView.Step(Instant.ofEpochMilli(s.when()), s.from(), s.event(), s.to()))
        .toList();
  }

  PeerView.Counters counters(
      Iterable<PeerChannel> open, int received, int accepted, int advertised) {
    long out = messagesOut;
    long updates = updatesOut;
    for (PeerChannel channel : open) {
      out += channel.messagesOut();
      updates += channel.updatesOut();
    }
    return new PeerView.Counters(
        messagesIn,
        out,
        updatesIn,
        updates,
        announcedIn,
        withdrawnIn,
        announcedOut,
        withdrawnOut,
        faults,
        timesUp,
        received,
        accepted,
        advertised);
  }

  private static PeerView.Agreed view(Session session) {
    Agreed agreed = session.agreed();
    return new PeerView.Agreed(
        session.local().address(),
        session.local().port(),
        session.remote().port(),
        agreed.routerId(),
        agreed.hold(),
        agreed.keepalive(),
        agreed.families(),
        agreed.isGraceful(),
        agreed.pathsIn(),
        agreed.pathsOut(),
        words(agreed.own()),
        words(agreed.peer()));
  }

  private static List<String> words(OpenMessage open) {
    return open.capabilities().stream().map(Capability::text).toList();
  }

  private static String shown(Octets attributes) {
    String hex = attributes.toString();
    return hex.length() <= SHOWN_DIGITS ? hex : hex.substring(0, SHOWN_DIGITS) + "...";
  }

  private PeerView.Event event(String what) {
    return new PeerView.Event(clock.instant(), what);
  }
}
