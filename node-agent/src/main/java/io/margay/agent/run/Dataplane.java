package io.margay.agent.run;

import static java.util.stream.Collectors.toMap;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.host.AddressNews;
import io.margay.agent.host.PodFlows;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.KernelStage;
import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.foundation.time.Clock;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.target.KernelWatch;
import io.margay.route.target.RouteEvents;
import io.margay.route.target.RouteTarget;
import io.margay.route.target.RoutesOfBefore;
import io.margay.route.view.KernelView;
import io.margay.tunnel.control.ForwarderException;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.control.ForwarderTarget;
import io.margay.tunnel.device.DeviceSettings;
import io.margay.tunnel.device.DeviceTarget;
import io.margay.tunnel.device.IpipProbe;
import io.margay.tunnel.device.TunnelTarget;
import io.margay.tunnel.device.VxlanTarget;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * The kernel's side of the agent: a loop each for routes, tunnels and policy, and the watch over
 * the kernel that tells them what others did. Deletions are held until they are released.
 */
final class Dataplane {
  /** Why nothing is deleted at first. */
  static final String HOLD = "start";

  private final Ownership ownership;
  private final RouteTarget routes;
  private final List<ForwarderTarget> forwarders;
  private final TunnelTarget tunnels;
  private final ReconcileLoop<FibKey, FibRoute> fib;
  private final ReconcileLoop<TunnelKey, TunnelItem> tunnel;
  private final PodFlows flows;
  private final AddressNews news;
  private final HostPart host;
  private final PolicyLoop policy;
  private final RouteEvents routeEvents;
  private final IpipProbe.Found ipip;
  private final List<String> workloadPrefixes;
  private final Consumer<KernelFacts> onFacts;
  private final Clock clock;

  /** What the tunnels were told last; on the stage thread. */
  private Map<TunnelKey, TunnelItem> toldTunnels = Map.of();

  private volatile KernelView view = KernelView.EMPTY;
  private volatile Optional<KernelFacts> facts = Optional.empty();
  private volatile Optional<KernelWatch> watch = Optional.empty();

  /**
   * @param onFacts told when what the stages ask of the kernel changed, on the watch's thread
   */
  Dataplane(AgentConfig config, PolicyLoop policy, Consumer<KernelFacts> onFacts, Clock clock) {
    this.clock = clock;
    this.onFacts = onFacts;
    this.policy = policy;
    this.workloadPrefixes = config.dataplane().interfacePrefixes();
    try (Rtnl once = Rtnl.open()) {
      this.ipip = IpipProbe.ask(once);
    }
    this.ownership =
        new Ownership(
            workloadPrefixes,
            Ownership.CALICO.devices(),
            Ownership.CALICO.exclusive(),
            Ownership.CALICO.external());
    this.routes = new RouteTarget(Rtnl.open(), ownership);
    var fibReconciler = reconciler(routes);
    this.fib = new ReconcileLoop<>("fib", fibReconciler, clock);
    var fibRoutes = new FibRoutes(fib);
    this.flows = new PodFlows(fibRoutes, PodFlows::endInKernel, clock);
    this.news =
        new AddressNews(
            fibRoutes,
            AddressNews::sendByKernel,
            () -> view,
            name -> KernelStage.isUplink(name, workloadPrefixes),
            clock);
    this.host = new HostPart(config.dataplane().ipv6(), clock);
    this.routeEvents = new RouteEvents(routes, fibReconciler);
    this.forwarders = forwarders(config);
    // All three live as long as the process.
    Rtnl rtnl = Rtnl.open();
    DeviceSettings settings = DeviceSettings.in(Netns.current());
    this.tunnels =
        new TunnelTarget(
            List.of(
                DeviceTarget.ofIpip(rtnl, settings, ipip.support()),
                DeviceTarget.ofUdp(rtnl, settings)),
            new VxlanTarget(rtnl, settings),
            forwarders);
    tunnels.keepUnwanted(true);
    this.tunnel = new ReconcileLoop<>("tunnel", reconciler(tunnels), clock);
  }

  private <K, V> Reconciler<K, V> reconciler(Target<K, V> target) {
    return new Reconciler<>(
        target,
        ReconcilerSettings.DEFAULT,
        new Hold(Set.of(HOLD)),
        RandomGenerator.getDefault(),
        clock.nanos());
  }

  private List<ForwarderTarget> forwarders(AgentConfig config) {
    var udp =
        launch(config, TunnelKey.UDP, ForwarderLaunch.UDP_NAME).overUdp(ForwarderLaunch.UDP_PORT);
    var launches =
        switch (ipip.support()) {
          case KERNEL -> List.of(udp);
          case FORWARDER ->
              List.of(launch(config, TunnelKey.TUNL0, ForwarderLaunch.IPIP_NAME), udp);
        };
    return launches.stream()
        .map(launch -> new ForwarderTarget(launch, this::resyncTunnels))
        .toList();
  }

  private static ForwarderLaunch launch(AgentConfig config, String device, String name) {
    return ForwarderLaunch.asThisProcess(
            device,
            config.directories().run().resolve(name + ".sock"),
            config.directories().log().resolve(name + ".log"))
        .withQueues(config.forwarderQueues());
  }

  private void resyncTunnels() {
    tunnel.tell(Reconciler::resync);
  }

  /** Who moves IPIP on this node, and how that was found out. */
  IpipProbe.Found ipip() {
    return ipip;
  }

  /** Begins to look at the kernel; changes nothing. */
  void watch() {
    // Both live as long as the process.
    var begun =
        KernelWatch.start(
            Netns.current(), routes.port(), KernelStage::isAskedFor, new Watcher(), clock);
    routes.whenOvertaken(begun::reread);
    watch = Optional.of(begun);
  }

  /** Begins to work on what is planned. */
  void start() {
    fib.start();
    flows.start();
    news.start();
    host.loop().start();
    tunnel.start();
    policy.start();
  }

  /**
   * Hands a plan to the loops. Called on the stage thread.
   *
   * @param allPolicy everything that policy wants, for the first plan
   */
  void planned(Plan plan, Map<RenderKey, Rendered> allPolicy) {
    long version = plan.version();
    flows.planned(plan);
    news.planned(plan);
    host.planned(plan, facts.orElse(KernelFacts.NONE).readyInterfaces(), view);
    tellTunnels(version, plan.tunnels());
    if (policy.hasBegun()) {
      policy.planned(plan);
    } else {
      policy.begin(plan.version(), allPolicy);
    }
  }

  private void tellTunnels(long version, Map<TunnelKey, TunnelItem> wanted) {
    if (wanted.equals(toldTunnels)) {
      tunnel.tell(r -> r.change(version, Map.of(), Set.of()));
    } else {
      toldTunnels = wanted;
      tunnel.tell(r -> r.want(version, wanted));
    }
  }

  ReconcileLoop<FibKey, FibRoute> fib() {
    return fib;
  }

  ReconcileLoop<TunnelKey, TunnelItem> tunnel() {
    return tunnel;
  }

  PolicyLoop policy() {
    return policy;
  }

  /** All loops, in the order in which they are shown. */
  List<ReconcileLoop<?, ?>> loops() {
    return List.of(fib, tunnel, policy.loop(), host.loop());
  }

  /** What the forwarders that run and answer say of themselves. */
  List<ForwarderStatus> forwarderStatus() {
    return forwarders.stream().map(Dataplane::status).flatMap(Optional::stream).toList();
  }

  private static Optional<ForwarderStatus> status(ForwarderTarget forwarder) {
    try {
      return forwarder.client().status();
    } catch (ForwarderException e) {
      return Optional.empty(); // the tunnel loop says it
    }
  }

  /** How many forwarders this agent has started. */
  long forwarderStarts() {
    return forwarders.stream().mapToLong(ForwarderTarget::starts).sum();
  }

  /** How the watch over the kernel fares. */
  KernelWatch.Stats watchStats() {
    return watch.map(KernelWatch::stats).orElse(KernelWatch.Stats.NONE);
  }

  /** What was told of pods' addresses on the node's segments. */
  AddressNews.Stats announced() {
    return news.stats();
  }

  /** What the stages ask of the kernel; empty before it was read. */
  Optional<KernelFacts> facts() {
    return facts;
  }

  /** Which routes are ours to change. */
  Ownership ownership() {
    return ownership;
  }

  /**
   * The main table as it is now, read for somebody who wants to see it.
   *
   * @param names of devices, by index
   */
  record KernelRoutes(List<RouteEntry> routes, IntFunction<String> names) {}

  KernelRoutes readRoutes() {
    try (Rtnl rtnl = Rtnl.open()) {
      Map<Integer, String> names =
          rtnl.links().entries().stream().collect(toMap(LinkEntry::index, LinkEntry::name));
      var entries = new ArrayList<RouteEntry>();
      for (Family family : Family.values()) {
        entries.addAll(rtnl.routes(family, RouteEntry.TABLE_MAIN, 0).entries());
      }
      return new KernelRoutes(entries, index -> names.getOrDefault(index, "if" + index));
    }
  }

  /** What there is of tunnels, read by the thread that makes them. */
  CompletableFuture<Map<TunnelKey, TunnelItem>> readTunnels() {
    var answer = new CompletableFuture<Map<TunnelKey, TunnelItem>>();
    tunnel.tell(_ -> {
      try {
        answer.complete(tunnels.dump());
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  /** What the kernel knows of neighbours, on all devices. */
  List<NeighbourEntry> readNeighbours() {
    try (Rtnl rtnl = Rtnl.open()) {
      var entries = new ArrayList<NeighbourEntry>();
      for (Family family : Family.values()) {
        entries.addAll(rtnl.neighbours(NeighbourEntry.Kind.of(family)).entries());
      }
      return entries;
    }
  }

  /** The kernel has routes that BGP gave to an agent of before, or to BIRD. */
  boolean hasRoutesOfBefore() {
    try (Rtnl rtnl = Rtnl.open()) {
      return RoutesOfBefore.areThere(
          rtnl,
          RouteEntry.TABLE_MAIN,
          route -> route.protocol() == Ownership.BIRD_PROTOCOL && !route.type().isDeadEnd());
    }
  }

  /** Policy is in the kernel: the node may forward. */
  void releaseForwarding() {
    host.release();
  }

  /**
   * Waits until these routes are real as they were wanted up to a version, at most for {@code
   * limit}.
   *
   * @return what is true then: yes, not yet, or which the kernel refuses and why
   */
  Reached<FibKey> awaitRoutes(long version, Set<FibKey> keys, Duration limit)
      throws InterruptedException {
    long deadline = clock.nanos() + limit.toNanos();
    // What had to wait is wanted by a later plan; asked of the earlier one, it would count as
    // there.
    long wantedAt = keys.isEmpty() ? version : Math.max(version, flows.awaitFree(keys, limit));
    return fib.await(wantedAt, keys, Duration.ofNanos(Math.max(0, deadline - clock.nanos())));
  }

  /** Waits for a while until the policy and the routes of a plan were put into the kernel. */
  boolean isInForce(long version) throws InterruptedException {
    Duration limit = Duration.ofSeconds(1);
    return policy.loop().await(version, Set.of(), limit) instanceof Reached.Yes<RenderKey>
        && !(awaitRoutes(version, Set.of(), limit) instanceof Reached.NotYet<FibKey>);
  }

  /** Stale routes and devices may go. */
  void releaseRoutes() {
    fib.tell(r -> r.release(HOLD));
    flows.found(KernelStage.podRoutes(view, workloadPrefixes));
    tunnel.tell(r -> {
      tunnels.keepUnwanted(false);
      r.release(HOLD);
      r.resync();
    });
  }

  /**
   * Waits until the tunnels were tried; what the kernel refuses is retried and shows in the loop's
   * status, but keeps no pod from being served.
   */
  void awaitTunnels(long version) throws InterruptedException {
    while (tunnel.await(version, Set.of(), Duration.ofSeconds(1))
        instanceof Reached.NotYet<TunnelKey>) {
      // tried again and again until it is decided
    }
  }

  /** Waits until these routes were tried. */
  void awaitTried(long version, Set<FibKey> keys) throws InterruptedException {
    while (!keys.isEmpty()
        && awaitRoutes(version, keys, Duration.ofSeconds(1)) instanceof Reached.NotYet<FibKey>) {
      // tried again and again until it is decided
    }
  }

  private final class Watcher implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> events) {
      if (!events.stream().allMatch(RtnlEvent::isOfNeighbour)) {
        fib.tell(_ -> routeEvents.take(events));
      }
      if (events.stream().anyMatch(tunnels::concerns)) {
        resyncTunnels();
      }
      if (events.stream().anyMatch(tunnels::mayUnblock)) {
        tunnel.tell(Reconciler::hurryRefused);
      }
    }

    @Override
    public void view(KernelView now) {
      view = now;
      Optional<KernelFacts> fresh = Optional.of(KernelStage.facts(now, workloadPrefixes));
      if (!fresh.equals(facts)) {
        facts = fresh;
        onFacts.accept(fresh.get());
      }
    }
  }
}
