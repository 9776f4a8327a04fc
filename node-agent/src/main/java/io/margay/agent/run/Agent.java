package io.margay.agent.run;

import io.margay.agent.api.ApiServer;
import io.margay.agent.chore.Election;
import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.agent.health.Health;
import io.margay.agent.health.HttpPages;
import io.margay.agent.health.Part;
import io.margay.agent.metric.LoopMetrics;
import io.margay.agent.metric.Registry;
import io.margay.agent.stage.ChoreStage;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Planner;
import io.margay.agent.stage.PolicySettings;
import io.margay.agent.stage.PoolStage;
import io.margay.agent.start.Phase;
import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.BestChange;
import io.margay.cni.verb.AllocatorAddresses;
import io.margay.cni.veth.HostInterface;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.ipam.allocate.Allocator;
import io.margay.kube.client.ApiException;
import io.margay.kube.client.KubeApi;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.DefaultObjects;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.store.LeaseStore;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.warm.WarmFile;
import io.margay.kube.watch.ClusterWatch;
import io.margay.kube.watch.SyncState;
import io.margay.kube.watch.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One node's agent: all parts, wired. */
final class Agent {
  private static final EventLog LOG = EventLog.of(Agent.class);

  /** A thread that has not come by for so long is taken for stuck (Felix's watchdog). */
  private static final Duration STUCK = Duration.ofSeconds(90);

  /** An API server that is there has told everything by then, also on a slow day. */
  private static final Duration WARM_AFTER = Duration.ofSeconds(5);

  private final AgentConfig config;
  private final NodeName self;
  private final Clock clock = SystemClock.INSTANCE;
  private final Registry registry = new Registry();
  private final Health health = new Health();
  private final Retries retries = new Retries(Thread::sleep);
  private final StartRunner start = new StartRunner(retries, clock);

  private final KubeApi api;
  private final KubeBlockStore store;
  private final Allocator allocator;
  private final StageThread stage;
  private final Dataplane dataplane;
  private final BgpPart bgp;
  private final NodeSetup setup;
  private final TunnelAddresses tunnelAddresses;
  private final NodeStatusWriter nodeWriter;
  private final CniPart cni;
  private final Election election;

  private volatile ClusterImage image = ClusterImage.EMPTY;
  private volatile SyncState sync = SyncState.NONE;
  private volatile @Nullable Plan plan;
  private final Set<String> toldNotes = new HashSet<>();
  private boolean setupBegun;
  private volatile boolean setupDone;

  Agent(AgentConfig config, Map<String, String> environment) throws IOException {
    this.config = config;
    this.self = new NodeName(config.nodeName());
    AgentConfig.Directories directories = config.directories();
    for (Path directory : List.of(directories.run(), directories.log(), directories.state())) {
      Files.createDirectories(directory);
    }
    this.api = KubeApi.fromEnvironment();
    this.store = new KubeBlockStore(api);
    this.nodeWriter = new NodeStatusWriter(api, self);
    this.bgp = new BgpPart(this::bestChanged, this::recovered);
    this.setup =
        new NodeSetup(
            config,
            nodeWriter,
            new DefaultObjects(api, RandomGenerator.getDefault()),
            () -> image,
            this::kernelFacts);
    this.cni =
        new CniPart(
            config,
            environment,
            new Probes(
                config.backend(),
                config.nodeNameFile(),
                bgp,
                start::phase,
                setup::doing,
                nodeWriter),
            new Meter(registry),
            clock);
    this.dataplane =
        new Dataplane(
            config,
            new PolicyLoop(config.dataplane(), clock),
            facts -> {
              stageTold(planner -> planner.kernel(facts));
              mayBegin();
            },
            clock);
    this.allocator =
        new Allocator(
            config.nodeName(),
            store,
            () -> PoolStage.forAllocation(image, self),
            InstantSource.system(),
            RandomGenerator.getDefault());
    this.tunnelAddresses =
        new TunnelAddresses(self, allocator, nodeWriter, () -> image, this::mayBegin);
    this.election =
        new Election(
            new LeaseStore(api, new ObjectKey(config.namespace(), "margay-chores")),
            new Election.Candidate(
                self + "_" + UUID.randomUUID(),
                () -> ChoreStage.standsBack(image),
                () -> image.nodes().size()),
            List.of(),
            clock,
            InstantSource.system());
    this.stage = new StageThread(planner(), this::planned, clock);
  }

  private Planner planner() {
    String prefix = config.dataplane().interfacePrefixes().getFirst();
    return new Planner(
        new Planner.Settings(
            self,
            config.backend(),
            config.routerId(),
            PolicySettings.of(config.dataplane()),
            dataplane.ipip().support(),
            config.dataplane().ipipMtu(),
            Pattern.compile(config.dataplane().mtuInterfacePattern()),
            pod -> HostInterface.ofPod(prefix, pod.namespace(), pod.name())));
  }

  /** Starts everything; returns at once. */
  void begin() throws IOException {
    actions();
    start.start();
    serveHttp();
    LOG.info(
        "agent.started",
        "node",
        self,
        "backend",
        config.backend(),
        "server",
        api.server(),
        "ipip",
        dataplane.ipip().support(),
        "because",
        dataplane.ipip().why());
    stage.start();
    dataplane.watch();
    tunnelAddresses.start();
    ClusterWatch.start(
        api,
        WarmStart.of(
            new WarmFile(config.directories().state().resolve("margay-image.jsonl")),
            WARM_AFTER,
            InstantSource.system()),
        this::onImage);
    ApiServer.open(
        config.directories().run().resolve("margay.sock"),
        new Views(
                config.nodeName(),
                stage,
                dataplane,
                bgp,
                allocator,
                () -> Optional.ofNullable(plan))
            .verbs());
  }

  private void actions() {
    start
        .on(Action.PROGRAM_KERNEL, this::programKernel)
        .on(Action.RELEASE_POLICY, this::policyIsThere)
        .on(Action.SERVE_CNI, this::serveCni)
        .on(Action.START_BGP, this::startBgp)
        .on(Action.RELEASE_ROUTES, dataplane::releaseRoutes)
        .on(Action.REPORT_READY, this::reportReady);
  }

  // --- what comes in ---

  private void onImage(ClusterImage next, ClusterDelta delta, SyncState now) {
    boolean turnsLive = now.isSynced() && !sync.isSynced();
    image = next;
    sync = now;
    stage.tell(planner -> planner.image(next, delta));
    if (turnsLive) {
      // Behind the plan for it: what is not in that plan may be deleted from then on.
      stage.tellPlanned(() -> start.happened(new Event.Live()));
      election.start();
    }
    boolean ownNodeChanged = delta.nodes().containsKey(self);
    if (setupDone && (ownNodeChanged || !delta.ipPools().isEmpty())) {
      tunnelAddresses.look();
    }
    mayBegin();
  }

  private void stageTold(Consumer<Planner> change) {
    stage.tell(change);
  }

  private void bestChanged(List<BestChange> changes) {
    stage.tell(planner -> planner.best(changes));
  }

  /** Behind the plan that has the recovered routes in it. */
  private void recovered() {
    stage.tellPlanned(() -> start.happened(new Event.Recovered()));
  }

  /** Begins the set-up once the image and the kernel are known, and the rest once it is done. */
  private synchronized void mayBegin() {
    if (!sync.isUsable() || dataplane.facts().isEmpty()) {
      return;
    }
    if (!setupBegun) {
      setupBegun = true;
      retries.begin("set-up", this::setUp);
    }
    // Without the API server nothing can be set up, and what was set up before is remembered.
    boolean isSetUp = setupDone || !sync.isSynced();
    if (isSetUp && hasAddress() && tunnelAddresses.isSettled(image)) {
      start.happened(new Event.Synced());
    }
  }

  private void setUp() throws InterruptedException {
    setup.run();
    setupDone = true;
    tunnelAddresses.look();
    mayBegin();
  }

  private boolean hasAddress() {
    Node node = image.nodes().get(self);
    return node != null
        && (config.backend() == Backend.NONE
            || node.bgp().ipv4().isPresent()
            || node.bgp().ipv6().isPresent());
  }

  private KernelFacts kernelFacts() {
    return dataplane.facts().orElse(KernelFacts.NONE);
  }

  // --- what goes out ---

  /** On the stage thread. */
  private void planned(Planner planner, Plan now) {
    plan = now;
    dataplane.planned(now, planner.policy().desired());
    bgp.planned(now);
    cni.mtu(now.podMtu());
    for (String note : now.notes()) {
      if (toldNotes.add(note)) {
        LOG.warn("object.refused", "why", note);
      }
    }
    toldNotes.retainAll(now.notes());
  }

  private void programKernel() throws InterruptedException {
    dataplane.start();
    stage.open();
    Plan first;
    try {
      first = stage.planned(_ -> {}, _ -> p -> p).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    inForce(Phase.Part.POLICY, () -> dataplane.policy().await(first.version()));
    inForce(Phase.Part.TUNNELS, () -> dataplane.awaitTunnels(first.version()));
    inForce(Phase.Part.ROUTES, () -> dataplane.awaitLocalRoutes(first));
  }

  private void inForce(Phase.Part part, Retries.Work waiting) {
    retries.begin(
        part.words(),
        () -> {
          waiting.run();
          start.happened(new Event.InForce(part));
        });
  }

  private void policyIsThere() {
    dataplane.policy().release();
    HostSettings.apply(config.dataplane().ipv6());
  }

  private void serveCni() {
    cni.serve(
        new AgentEndpoints(
            new AgentEndpoints.Parts(
                self,
                stage,
                dataplane.fib(),
                dataplane.policy().loop(),
                new ClusterReads(api),
                new PodStatusWriter(api),
                clock)),
        new AllocatorAddresses(allocator, () -> HeldAddresses.of(store, config.nodeName())));
  }

  private void startBgp() {
    if (config.backend() == Backend.BIRD) {
      bgp.start(dataplane.hasRoutesOfBefore());
    } else {
      if (config.backend() == Backend.VXLAN) {
        LOG.warn(
            "backend.unfinished",
            "backend",
            "vxlan",
            "why",
            "routes to other nodes need BGP for now; set CALICO_NETWORKING_BACKEND=bird");
      }
      recovered();
    }
  }

  private void reportReady() {
    Thread.ofVirtual()
        .name("report-ready")
        .start(() -> {
          try {
            nodeWriter.networkUp(Instant.now());
          } catch (ApiException e) {
            LOG.warn("node.condition.failed", "why", e.getMessage());
          }
        });
  }

  // --- what is shown ---

  private void serveHttp() throws IOException {
    health.add(new Part("start", this::startState));
    health.add(new Part("api", this::apiState));
    health.add(new Part("stage", () -> stageState()));
    health.add(new Part("fib", () -> loop(dataplane.fib())));
    health.add(new Part("tunnel", () -> loop(dataplane.tunnel())));
    health.add(new Part("policy", () -> loop(dataplane.policy().loop())));
    AgentConfig.Serving serving = config.serving();
    if (serving.health()) {
      HttpPages.serve(
          serving.healthHost(),
          serving.healthPort(),
          Map.of(
              "/liveness", () -> HttpPages.Page.of(health.liveness()),
              "/readiness", () -> HttpPages.Page.of(health.readiness())));
    }
    if (serving.metrics()) {
      bindMetrics();
      HttpPages.serve(
          serving.metricsHost(),
          serving.metricsPort(),
          Map.of(
              "/metrics", () -> new HttpPages.Page(200, Registry.CONTENT_TYPE, registry.page())));
    }
  }

  private void bindMetrics() {
    LoopMetrics.bind(registry, "fib", dataplane.fib()::status);
    LoopMetrics.bind(registry, "tunnel", dataplane.tunnel()::status);
    LoopMetrics.bind(registry, "policy", dataplane.policy().loop()::status);
    registry.gauge("felix_cluster_num_hosts", "Nodes of the cluster.", () -> image.nodes().size());
    registry.gauge(
        "felix_cluster_num_workload_endpoints",
        "Pods with an interface, on all nodes.",
        () -> image.pods().values().stream().filter(pod -> pod.isEndpoint()).count());
    registry.gauge(
        "felix_cluster_num_policies",
        "NetworkPolicies of the cluster.",
        () -> image.networkPolicies().size());
    registry.gauge(
        "felix_resync_state",
        "1: waits for the API server, 2: reads, 3: in sync.",
        () -> sync.isSynced() ? 3 : image.version() == 0 || sync.isUsable() ? 1 : 2);
    registry.gauge(
        "margay_kube_remembered_image_age_seconds",
        "Age of the image on disk that stands in for the API server since the start; 0 when it does"
            + " not. Worry when it is above 0 for minutes: no new pod can be served.",
        () ->
            sync.remembered()
                .map(written -> Duration.between(written, Instant.now()).toMillis() / 1000.0)
                .orElse(0.0));
    registry.gauge(
        "felix_route_table_num_routes",
        "Routes that this node should have.",
        () -> dataplane.fib().status().map(s -> (double) s.desired()).orElse(0.0));
    registry.gauge(
        "margay_chore_elected",
        "1 on the agent that does the cluster's chores. Worry when the sum is 0 for a minute where"
            + " no calico-kube-controllers runs.",
        () -> election.isElected() ? 1 : 0);
    for (String state : List.of("established", "other")) {
      registry.gauge(
          "margay_bgp_sessions",
          "BGP sessions by state; worry when other is not 0 for a minute.",
          () -> sessions(state.equals("established")),
          "state",
          state);
    }
  }

  private double sessions(boolean established) {
    return bgp.peers().orElse(List.of()).stream()
        .filter(peer -> (peer.phase() == SessionPhase.ESTABLISHED) == established)
        .count();
  }

  private Part.State startState() {
    Phase phase = start.phase();
    String detail =
        phase instanceof Phase.Syncing
            ? phase.waitsFor() + "; set-up: " + setup.doing()
            : phase.waitsFor();
    Optional<String> trouble = retries.trouble();
    if (trouble.isPresent()) {
      return Part.State.waiting(detail + "; " + trouble.get());
    }
    boolean serves = phase instanceof Phase.Recovering || phase instanceof Phase.Ready;
    return serves ? Part.State.ready(detail) : Part.State.waiting(detail);
  }

  /** An API server that is away makes nothing of what runs wrong: only the detail tells. */
  private Part.State apiState() {
    var words = new ArrayList<String>();
    words.add(sync.isSynced() ? "in sync" : "not in sync yet");
    sync.remembered().ifPresent(written -> words.add("serves the cluster as it was at " + written));
    if (!sync.stale().isEmpty()) {
      words.add("stale: " + sync.stale());
    }
    if (!sync.missing().isEmpty()) {
      words.add("unknown to the server: " + sync.missing());
    }
    return sync.isUsable()
        ? Part.State.ready(String.join(", ", words))
        : Part.State.waiting(String.join(", ", words) + ", server " + api.server());
  }

  private Part.State stageState() {
    return stage
        .broken()
        .map(why -> Part.State.waiting("broken: " + why))
        .orElseGet(() -> thread(stage.lastTurn(), "plans"));
  }

  private Part.State thread(long lastTurn, String detail) {
    long silent = clock.nanos() - lastTurn;
    return silent > STUCK.toNanos()
        ? Part.State.dead("has not come by for " + Duration.ofNanos(silent).toSeconds() + " s")
        : Part.State.ready(detail);
  }

  private Part.State loop(ReconcileLoop<?, ?> loop) {
    if (loop.status().isEmpty()) {
      return Part.State.waiting("has not begun");
    }
    if (loop.broken().isPresent()) {
      return Part.State.waiting("broken: " + loop.broken().get());
    }
    var status = loop.status().get();
    return thread(
        loop.lastTurn(),
        status.desired()
            + " wanted, "
            + status.pending()
            + " wait, "
            + status.failing().size()
            + " fail, "
            + status.heldRemovals()
            + " held");
  }

  /** SIGTERM: no new requests, sessions end as a restart, the kernel stays as it is. */
  void stop() {
    LOG.info("agent.stopping", "node", self);
    election.stop();
    cni.stop();
    bgp.stop();
    stage.stop();
  }
}
