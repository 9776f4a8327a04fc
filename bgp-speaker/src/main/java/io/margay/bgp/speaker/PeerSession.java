package io.margay.bgp.speaker;

import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.HoldTime;
import io.margay.bgp.fsm.SessionAction;
import io.margay.bgp.fsm.SessionConfig;
import io.margay.bgp.fsm.SessionEvent;
import io.margay.bgp.fsm.SessionMachine;
import io.margay.bgp.fsm.SessionState;
import io.margay.bgp.fsm.SessionTimer;
import io.margay.bgp.fsm.Step;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.MalformedMessage;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One peer: runs what its machine decides on real connections and timers. Owned by bgp-core. */
final class PeerSession {
  private static final Duration HOLD_EXTENSION = Duration.ofSeconds(10);

  private final SpeakerCore core;
  private final PeerRoutes routes;
  private final SessionRecord record;
  private final PeerLinks links;
  private final SessionTimers timers;
  private final SessionLimits limits;
  private PeerConfig config;
  private SessionMachine machine;
  private SessionState state = SessionMachine.initial();

  /** Attempts are made without capabilities, as the peer takes none. */
  private boolean plain;

  PeerSession(SpeakerCore core, PeerConfig config) {
    this.core = core;
    this.config = config;
    this.machine = new SessionMachine(sessionConfig(), core.chance());
    this.record = new SessionRecord(core.clock());
    this.routes = new PeerRoutes(core, config);
    this.links = new PeerLinks(core, this);
    this.limits = new SessionLimits(this, routes.adjRibIn());
    this.timers = new SessionTimers(core.scheduler(), this::fired);
  }

  PeerKey key() {
    return config.key();
  }

  PeerConfig config() {
    return config;
  }

  PeerRoutes routes() {
    return routes;
  }

  PeerLinks links() {
    return links;
  }

  SessionLimits limits() {
    return limits;
  }

  SessionTimers timers() {
    return timers;
  }

  SessionRecord record() {
    return record;
  }

  SessionState state() {
    return state;
  }

  boolean isEstablished() {
    return state instanceof SessionState.Established;
  }

  /** Families of the session; none when there is none. */
  Set<Family> families() {
    return state instanceof SessionState.Established e ? e.agreed().families() : Set.of();
  }

  /** The connection of the session that is up. */
  Optional<PeerChannel> channel() {
    return state instanceof SessionState.Established e
        ? links.get(e.link().id())
        : Optional.empty();
  }

  void start() {
    if (config.shutdown().isPresent()) {
      shutDown(config.shutdown().get());
    } else {
      step(new SessionEvent.Start());
    }
  }

  /** True while it is kept down by hand. */
  boolean isShutDown() {
    return config.shutdown().isPresent();
  }

  private void shutDown(String text) {
    NotificationMessage last = NotificationMessage.shutdown(text);
    boolean up = isEstablished();
    stop(new SessionEvent.Stop(DownCause.SHUT_DOWN, last));
    if (!up) {
      failed(new SessionAction.Failed(DownCause.SHUT_DOWN, last.text()));
    }
  }

  /** Ends the session; what the peer said goes with it, and what was kept of it. */
  void stop(SessionEvent.Stop stop) {
    step(stop);
    routes.drop();
  }

  /** Takes over what does not ask for a new session. */
  void reconfigure(PeerConfig newConfig) {
    boolean sameLimits = config.routing().limits().equals(newConfig.routing().limits());
    boolean wasShutDown = isShutDown();
    config = newConfig;
    refreshMachine();
    routes.reconfigure(newConfig);
    if (wasShutDown != isShutDown()) {
      start();
    } else if (!sameLimits && !isShutDown()) {
      limits.changed();
    }
  }

  /** The next OPEN is made from what holds now. */
  void refreshMachine() {
    machine = new SessionMachine(sessionConfig(), core.chance());
  }

  void accepted(PeerChannel channel) {
    if (isShutDown()) {
      // RFC 9003, 2: who comes all the same is told why.
      channel.close(config.shutdown().map(NotificationMessage::shutdown));
      return;
    }
    channel.ttl(config.link().reach().sentTtl(), config.link().reach().leastTtl());
    take(channel, new SessionEvent.Accepted(channel.id()));
  }

  void lost(PeerChannel channel, String detail) {
    if (links.remove(channel)) {
      step(new SessionEvent.ConnectionLost(channel.id(), detail));
    }
  }

  /** Works off what one read brought: one event for a run of UPDATEs. */
  void received(PeerChannel channel, List<BgpMessage> messages) {
    int id = channel.id();
    if (links.has(id)) {
      links.heard(id);
    }
    for (BgpMessage message : messages) {
      if (!links.has(id)) {
        return;
      }
      record.messages(message instanceof UpdateRun run ? run.count() : 1);
      receive(id, message);
    }
  }

  private void receive(int id, BgpMessage message) {
    switch (message) {
      case UpdateRun run -> {
        step(new SessionEvent.UpdateReceived(id));
        apply(id, run);
      }
      case DecodedUpdate _ -> throw new IllegalStateException("an UPDATE that is in no run");
      case OpenMessage open -> step(new SessionEvent.OpenReceived(id, open));
      case KeepaliveMessage _ -> step(new SessionEvent.KeepaliveReceived(id));
      case RouteRefreshMessage refresh -> refresh(id, refresh);
      case NotificationMessage notification -> {
        record.errorReceived(notification.text());
        plain(!isEstablished() && !plain && notification.isUnsupportedParameter());
        step(new SessionEvent.NotificationReceived(id, notification));
      }
      case MalformedMessage(var answer) -> step(new SessionEvent.MalformedReceived(id, answer));
    }
  }

  /** Takes over what a run says, as long as the session is up: a limit may end it. */
  private void apply(int id, UpdateRun run) {
    if (!isSession(id)) {
      return;
    }
    record.updates(config.name(), run);
    core.exchange().rib().approach(run);
    for (int op = 0; op < run.operations() && isSession(id); op++) {
      routes.apply(run, op);
      if (run.kind(op) == UpdateRun.Kind.END_OF_RIB) {
        core.exchange().endOfRib(this, run.family(op));
      }
      limits.check();
    }
    if (run.announced() > 0) {
      limits.checkRoom(core.exchange());
    }
  }

  private boolean isSession(int id) {
    return state instanceof SessionState.Established e && e.link().id() == id;
  }

  /**
   * RFC 5492, 3: who takes no capabilities is tried without, where something can be said so; until
   * it has something else to say, or a session was up.
   */
  private void plain(boolean wanted) {
    PeerConfig.Link link = config.link();
    boolean possible = link.families().contains(Family.IPV4) && link.localAs() <= 0xffff;
    boolean next = wanted && possible;
    if (plain != next) {
      plain = next;
      refreshMachine();
    }
  }

  // RFC 2918, 4: for a family that was not agreed on it does not count.
  private void refresh(int id, RouteRefreshMessage refresh) {
    if (!(state instanceof SessionState.Established e) || e.link().id() != id) {
      step(new SessionEvent.RefreshReceived(id));
      return;
    }
    Optional<Family> family =
        e.agreed().families().stream()
            .filter(f -> f.afi() == refresh.afi() && refresh.safi() == Capability.SAFI_UNICAST)
            .findFirst();
    if (family.isEmpty()) {
      return;
    }
    if (refresh.subtype() != RouteRefreshMessage.REQUEST) {
      routes.refreshed(family.get(), refresh.subtype());
    } else if (e.agreed().enhancedRefresh()) {
      routes.export().ifPresent(export -> export.refreshWanted(family.get()));
    } else {
      step(new SessionEvent.RefreshReceived(id));
    }
  }

  void step(SessionEvent event) {
    SessionState before = state;
    Step step = machine.step(before, event);
    state = step.next();
    record.step(before, event, state);
    for (SessionAction action : step.actions()) {
      run(action);
    }
  }

  private void run(SessionAction action) {
    switch (action) {
      case SessionAction.Dial _ -> links.dial(config.link(), this::dialled);
      case SessionAction.StopDial _ -> links.stopDial();
      case SessionAction.SendOpen(int id, var open) ->
          links.get(id).ifPresent(c -> c.sendOpen(open));
      case SessionAction.SendKeepalive(int id) ->
          links.get(id).ifPresent(PeerChannel::sendKeepalive);
      case SessionAction.Close(int id, var last) -> {
        last.ifPresent(n -> record.errorSent(n.text()));
        links.close(id, last);
      }
      case SessionAction.Arm(var timer, var after) -> timers.arm(timer, after);
      case SessionAction.Cancel(var timer) -> timers.cancel(timer);
      case SessionAction.Agree(int id, var agreed) ->
          links.get(id).ifPresent(c -> c.agree(agreed.format()));
      case SessionAction.Up(int id, var agreed) ->
          links.get(id).ifPresent(channel -> up(channel, agreed));
      case SessionAction.Down down -> down(down);
      case SessionAction.Failed failed -> failed(failed);
      case SessionAction.SendRoutesAgain _ -> core.exchange().sendAgain(this);
    }
  }

  private void failed(SessionAction.Failed failed) {
    if (record.failed(failed)) {
      core.reporter().failed(config, state.phase(), failed);
    }
  }

  private void up(PeerChannel channel, Agreed agreed) {
    record.up(channel, agreed);
    limits.reset();
    routes.up(agreed, channel, record);
    channel.watchSending(sendHold(agreed), () -> core.execute(() -> notRead(channel)));
    core.exchange().up(this, agreed);
    core.reporter().up(config, agreed);
  }

  // RFC 9687, 3.1: the greater of eight minutes and twice the hold time.
  private Duration sendHold(Agreed agreed) {
    Duration twice = agreed.hold().plus(agreed.hold());
    Duration least = Duration.ofMinutes(8);
    return config.link().options().sendHold().orElse(twice.compareTo(least) > 0 ? twice : least);
  }

  private void notRead(PeerChannel channel) {
    if (channel().equals(Optional.of(channel))) {
      step(new SessionEvent.SendHoldExpired());
    }
  }

  private void down(SessionAction.Down down) {
    Duration lasted = Duration.between(record.established(), core.clock().instant());
    record.down(down);
    plain(false);
    routes.down(down.keepRoutes());
    core.exchange().down(this);
    core.reporter().down(config, state.phase(), down, lasted);
  }

  private void dialled(Optional<PeerChannel> channel, String detail) {
    if (channel.isPresent()) {
      take(channel.get(), new SessionEvent.Connected(channel.get().id()));
    } else {
      step(new SessionEvent.ConnectFailed(detail));
    }
  }

  private void take(PeerChannel channel, SessionEvent event) {
    links.add(channel);
    step(event);
    if (links.has(channel.id())) {
      channel.admit();
    }
  }

  private void fired(SessionTimer timer) {
    switch (timer) {
      case CONNECT_RETRY -> step(new SessionEvent.ConnectRetryExpired());
      case DELAY_OPEN -> step(new SessionEvent.DelayOpenExpired());
      case IDLE_HOLD -> step(new SessionEvent.IdleHoldExpired());
      case KEEPALIVE -> step(new SessionEvent.KeepaliveDue());
      case RIVAL -> step(new SessionEvent.RivalExpired());
      case HOLD -> holdTimeIsOver();
    }
  }

  /** What waits in the socket is read first: see {@link HoldTime}. */
  private void holdTimeIsOver() {
    OptionalInt watched = HoldTime.watched(state);
    Optional<PeerChannel> channel =
        watched.isPresent() ? links.get(watched.getAsInt()) : Optional.empty();
    if (channel.isEmpty()) {
      step(new SessionEvent.HoldExpired());
      return;
    }
    int id = channel.get().id();
    long before = links.batches(id);
    channel.get().afterPendingReads(() -> core.execute(() -> judgeSilence(id, before)));
  }

  private void judgeSilence(int id, long before) {
    boolean heard = links.batches(id) != before;
    switch (HoldTime.judge(state, id, heard, timers.isArmed(SessionTimer.HOLD))) {
      case OVER -> step(new SessionEvent.HoldExpired());
      case LONGER -> timers.arm(SessionTimer.HOLD, HOLD_EXTENSION);
      case NOTHING -> {}
    }
  }

  private SessionConfig sessionConfig() {
    PeerConfig.Link link = config.link();
    PeerTimers times = link.timers();
    OpenMessage open = core.open(link);
    return new SessionConfig(
        link.localAs(),
        link.remoteAs(),
        plain ? open.withoutCapabilities() : open,
        link.passive(),
        times.connectRetry(),
        times.idleHoldMin(),
        times.idleHoldMax(),
        times.keepalive(),
        link.options().strictRole(),
        link.options().delayOpen());
  }
}
