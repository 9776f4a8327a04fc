package io.margay.bgp.speaker;

import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionEvent;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.session.Admission;
import io.margay.bgp.session.DialTarget;
import io.margay.bgp.session.Endpoint;
import io.margay.bgp.session.Md5Key;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.session.Transport;
import io.margay.bgp.session.TransportEvents;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.KeepaliveMessage;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What runs on bgp-core: all sessions, who owns which connection, and the configuration that is in
 * force. Calls of bgp-io threads are put into the mailbox.
 */
final class SpeakerCore implements TransportEvents {
  private static final EventLog LOG = EventLog.of(SpeakerCore.class);
  private static final Duration SWEEP = Duration.ofSeconds(10);
  private static final Duration LISTEN_RETRY = Duration.ofSeconds(2);

  /** Messages and prefixes that the thread which read them may work off itself. */
  private static final int LITTLE = 32;

  private static final Ip4 NOBODY = new Ip4(1);

  private final CoreLoop loop;
  private final Transport transport;
  private final RouteExchange exchange;
  private final SessionReporter reporter;
  private final RandomGenerator chance;
  private final InstantSource clock = InstantSource.system();
  private final boolean restarted;
  private final SessionTable sessions = new SessionTable();
  private final DynamicPeers dynamicPeers = new DynamicPeers();
  private final Int2ObjectOpenHashMap<PeerSession> owners = new Int2ObjectOpenHashMap<>();
  private SpeakerConfig config =
      new SpeakerConfig(NOBODY, Optional.empty(), List.of(), List.of(), List.of());
  private boolean listenRetryArmed;
  private boolean sweepArmed;

  /** What was said of each endpoint that cannot be had; said once. */
  private final Map<Endpoint, String> listenFailures = new HashMap<>();

  SpeakerCore(SpeakerSettings settings, SpeakerListener listener) {
    this.restarted = settings.restarted();
    this.chance = new SplittableRandom(settings.seed());
    this.reporter = new SessionReporter(listener);
    this.loop = new CoreLoop(this::flush);
    this.transport = new Transport(settings.ioThreads(), this);
    this.exchange =
        new RouteExchange(
            identity(config), settings, listener, loop, this::recovered, transport.allocator());
  }

  void start() {
    loop.start();
  }

  void execute(Runnable task) {
    loop.execute(task);
  }

  /** Ends threads and connections; nothing is said to the peers. */
  void close() {
    // In this order: what closing brings about is nobody's loss.
    loop.stop();
    transport.close();
  }

  Scheduler scheduler() {
    return loop;
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator chance() {
    return chance;
  }

  DynamicPeers dynamicPeers() {
    return dynamicPeers;
  }

  RouteExchange exchange() {
    return exchange;
  }

  SessionReporter reporter() {
    return reporter;
  }

  Collection<PeerSession> sessions() {
    return sessions.all();
  }

  Optional<PeerSession> session(PeerKey key) {
    return sessions.get(key);
  }

  long strangers() {
    return transport.strangers();
  }

  long failures() {
    return loop.failures();
  }

  /** Where connections are awaited and cannot be taken, with the kernel's reason. */
  Map<Endpoint, String> listenFailures() {
    return listenFailures;
  }

  Ip4 routerId() {
    return config.routerId();
  }

  /** Empty when none is configured. */
  Optional<Ip4> configuredClusterId() {
    return config.clusterId();
  }

  /** RFC 4456, 7: without a configured cluster id it is the router id. */
  Ip4 clusterId() {
    return config.clusterId().orElse(config.routerId());
  }

  /** The OPEN for a peer by what holds now (RFC 4724, 3: R until recovered, F ever after). */
  OpenMessage open(PeerConfig.Link link) {
    boolean recovering = exchange.isRecovering();
    return Opens.of(link, config.routerId(), restarted && recovering, restarted || !recovering);
  }

  void configure(SpeakerConfig wanted) {
    boolean newId = !wanted.routerId().equals(config.routerId());
    boolean newCluster = !wanted.clusterId().equals(config.clusterId());
    config = wanted;
    exchange.rib().identity(identity(wanted));
    exchange.tableBytes(wanted.tableBytes().orElse(Runtime.getRuntime().maxMemory() / 2));
    var byKey = new LinkedHashMap<PeerKey, PeerConfig>();
    wanted.peers().forEach(peer -> byKey.put(peer.key(), peer));
    dynamicPeers
        .configure(wanted.ranges(), Set.copyOf(byKey.keySet()))
        .forEach(peer -> byKey.put(peer.key(), peer));
    var removed = new HashSet<>(sessions.keys());
    removed.removeAll(byKey.keySet());
    removed.forEach(key -> end(key, DownCause.DECONFIGURED, NotificationMessage.PEER_DECONFIGURED));
    listen();
    var started = new ArrayList<PeerSession>();
    for (PeerConfig peer : byKey.values()) {
      apply(peer, newId).ifPresent(started::add);
    }
    if (newCluster) {
      sessions.all().forEach(session -> session.routes().reexport());
    }
    // A peer that is kept down has nothing to say: a recovery does not wait for it.
    sessions.all().stream().filter(PeerSession::isShutDown).forEach(s -> removed.add(s.key()));
    exchange.peers(started.stream().map(PeerSession::key).toList(), removed);
    started.forEach(PeerSession::start);
  }

  /** Brings one peer to what is wanted; gives back a session that has to be started. */
  private Optional<PeerSession> apply(PeerConfig peer, boolean newId) {
    Optional<PeerSession> session = sessions.get(peer.key());
    if (session.isPresent()) {
      if (!newId && session.get().config().link().sameSession(peer.link())) {
        session.get().reconfigure(peer);
        return Optional.empty();
      }
      end(peer.key(), DownCause.RECONFIGURED, NotificationMessage.OTHER_CONFIGURATION_CHANGE);
    }
    var fresh = new PeerSession(this, peer);
    sessions.add(fresh);
    return Optional.of(fresh);
  }

  private void end(PeerKey key, DownCause cause, int ceaseSubcode) {
    sessions
        .remove(key)
        .ifPresent(session -> {
          session.stop(new SessionEvent.Stop(cause, NotificationMessage.cease(ceaseSubcode)));
          session.routes().close();
        });
  }

  private void listen() {
    Set<Endpoint> endpoints =
        config.listen().stream()
            .map(l -> new Endpoint(l.address(), l.port()))
            .collect(Collectors.toSet());
    listenFailures.keySet().retainAll(endpoints);
    var known = new HashMap<Ip, Optional<Md5Key>>();
    for (PeerConfig peer : config.peers()) {
      known.put(peer.link().address(), key(peer.link()));
    }
    var ranges = new HashMap<Prefix, Optional<Md5Key>>();
    config.ranges().forEach(range -> ranges.put(range.range(), key(range.link())));
    transport.listen(endpoints, new Admission(known, ranges));
  }

  /** Dials for a session; the outcome comes on bgp-core. */
  Transport.Dialling dial(PeerConfig.Link link, BiConsumer<Optional<PeerChannel>, String> outcome) {
    var target =
        new DialTarget(
            new Endpoint(link.address(), link.port()),
            link.source(),
            link.reach().sentTtl(),
            link.reach().leastTtl(),
            key(link));
    return transport.dial(
        target, (channel, detail) -> loop.execute(() -> outcome.accept(channel, detail)));
  }

  void own(int channel, PeerSession session) {
    owners.put(channel, session);
  }

  void forget(int channel) {
    owners.remove(channel);
  }

  @Override
  public void accepted(PeerChannel channel) {
    loop.put(() -> {
      Ip address = channel.remote().address();
      Optional<PeerSession> session = sessions.forConnectionFrom(address).or(() -> admit(address));
      if (session.isPresent()) {
        session.get().accepted(channel);
      } else {
        channel.close(
            Optional.of(NotificationMessage.cease(NotificationMessage.CONNECTION_REJECTED)));
      }
    });
  }

  /** A peer of a range begins as any other, when its first connection is here. */
  private Optional<PeerSession> admit(Ip address) {
    sweep();
    Optional<PeerConfig> peer = dynamicPeers.admit(address);
    if (peer.isEmpty()) {
      return Optional.empty();
    }
    var session = new PeerSession(this, peer.get());
    sessions.add(session);
    exchange.peers(List.of(session.key()), List.of());
    session.start();
    armSweep();
    return Optional.of(session);
  }

  private void armSweep() {
    if (!sweepArmed) {
      sweepArmed = true;
      loop.after(
          SWEEP,
          () -> {
            sweepArmed = false;
            sweep();
            if (!dynamicPeers.isEmpty()) {
              armSweep();
            }
          });
    }
  }

  /** Forgets peers of ranges that are gone. */
  private void sweep() {
    List<PeerKey> gone =
        sessions.all().stream().filter(dynamicPeers::isGone).map(PeerSession::key).toList();
    for (PeerKey key : gone) {
      end(key, DownCause.DECONFIGURED, NotificationMessage.PEER_DECONFIGURED);
      dynamicPeers.remove(key);
    }
    if (!gone.isEmpty()) {
      exchange.peers(List.of(), gone);
    }
  }

  @Override
  public void received(PeerChannel channel, List<BgpMessage> messages) {
    Runnable task =
        () -> {
          PeerSession session = owners.get(channel.id());
          if (session != null) {
            session.received(channel, messages);
          }
          channel.consumed(messages);
        };
    if (isLittle(messages)) {
      loop.put(task);
    } else {
      loop.execute(task);
    }
  }

  /** Some microseconds of work: less than it takes to wake a thread for it. */
  private static boolean isLittle(List<BgpMessage> messages) {
    int all = 0;
    for (int i = 0; i < messages.size() && all <= LITTLE; i++) {
      all +=
          switch (messages.get(i)) {
            case UpdateRun run -> run.count() + run.announced() + run.withdrawn();
            case OpenMessage _, KeepaliveMessage _ -> 1;
            default -> LITTLE + 1;
          };
    }
    return all <= LITTLE;
  }

  @Override
  public void handedOver() {
    loop.lend(exchange::tellsFew);
  }

  @Override
  public void lost(PeerChannel channel, String detail) {
    loop.execute(() -> {
      PeerSession session = owners.get(channel.id());
      if (session != null) {
        session.lost(channel, detail);
      }
    });
  }

  /** An empty task: the flush behind it sends. */
  @Override
  public void roomAgain(PeerChannel channel) {
    loop.execute(() -> {});
  }

  @Override
  public void listening(Ip address, int port) {
    loop.execute(() -> {
      if (listenFailures.remove(new Endpoint(address, port)) != null) {
        LOG.info("bgp.listen.back", "address", address, "port", port);
      }
    });
  }

  @Override
  public void listenFailed(Ip address, int port, String detail) {
    loop.execute(() -> {
      String before = listenFailures.put(new Endpoint(address, port), detail);
      if (!detail.equals(before)) {
        LOG.warn(
            "bgp.listen.failed",
            "address",
            address,
            "port",
            port,
            "detail",
            detail,
            "retry",
            LISTEN_RETRY);
      }
      if (!listenRetryArmed) {
        listenRetryArmed = true;
        loop.after(LISTEN_RETRY, this::listenAgain);
      }
    });
  }

  private void listenAgain() {
    listenRetryArmed = false;
    listen();
  }

  private boolean flush() {
    return exchange.flush();
  }

  /** From now on OPENs say that nothing is being recovered. */
  private void recovered() {
    sessions.all().forEach(PeerSession::refreshMachine);
  }

  private static Optional<Md5Key> key(PeerConfig.Link link) {
    return link.password().map(secret -> new Md5Key(secret.value()));
  }

  private static Identity identity(SpeakerConfig config) {
    return new Identity(config.routerId(), config.clusterId(), Set.copyOf(config.localAddresses()));
  }
}
