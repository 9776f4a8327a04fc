package io.margay.agent.run;

import io.margay.agent.api.ApiServer;
import io.margay.agent.chore.Election;
import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.agent.health.Health;
import io.margay.agent.health.Part;
import io.margay.agent.host.MtuFile;
import io.margay.agent.metric.CniMetrics;
import io.margay.agent.metric.PolicyMetrics;
import io.margay.agent.metric.Registry;
import io.margay.agent.metric.StageMetrics;
import io.margay.agent.stage.ChoreStage;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Planner;
import io.margay.agent.stage.PolicySettings;
import io.margay.agent.stage.PoolStage;
import io.margay.agent.start.StartMachine.Event;
import io.margay.bgp.rib.BestChange;
import io.margay.cni.veth.HostInterface;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.ipam.allocate.Allocator;
import io.margay.kube.client.KubeApi;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.DefaultObjects;
import io.margay.kube.status.NodeReports;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.store.LeaseStore;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.SecretState;
import io.margay.kube.warm.WarmFile;
import io.margay.kube.watch.ClusterWatch;
import io.margay.kube.watch.SyncState;
import io.margay.kube.watch.WarmStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** One node's agent: all parts, wired, and what goes from one to the other. */
final class Agent {
  private static final EventLog LOG = EventLog.of(Agent.class);

  /** An API server that is there has told everything by then, also on a slow day. */
  private static final Duration WARM_AFTER = Duration.ofSeconds(5);

  private final AgentConfig config;
  private final NodeName self;
  private final Clock clock = SystemClock.INSTANCE;
  private final Registry registry = new Registry();
  private final Latest latest = new Latest();
  private final Retries retries = new Retries(Thread::sleep);
  private final StartRunner start = new StartRunner(retries, clock);

  private final KubeApi api;
  private final Allocator allocator;
  private final StageThread stage;
  private final Dataplane dataplane;
  private final BgpPart bgp;
  private final BgpPasswords passwords;
  private final NodeAddresses addresses;
  private final NodeSetup setup;
  private final TunnelAddresses tunnelAddresses;
  private final Announcer announcer;
  private final CniPart cni;
  private final MtuFile mtuFile;
  private final Election election;
  private final StartActions actions;

  /** Refusals that were told; on the stage thread. */
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
    var store = new KubeBlockStore(api);
    var nodeWriter = new NodeStatusWriter(api, self);
    this.bgp = new BgpPart(this::bestChanged, this::recovered);
    this.passwords = new BgpPasswords(api, config.namespace(), this::secretsRead, clock);
    this.addresses = new NodeAddresses(config, nodeWriter, latest::image, this::kernelFacts, clock);
    this.setup =
        new NodeSetup(
            config,
            addresses,
            new DefaultObjects(api, RandomGenerator.getDefault()),
            latest::image);
    this.mtuFile =
        new MtuFile(directories.state().resolve("mtu"), config.dataplane().mtuInterfacePattern());
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
            new CniMetrics(registry),
            clock);
    this.dataplane =
        new Dataplane(
            config, new PolicyLoop(config.dataplane(), clock), this::kernelChanged, clock);
    this.allocator =
        new Allocator(
            config.nodeName(),
            store,
            () -> PoolStage.forAllocation(latest.image(), self),
            InstantSource.system(),
            RandomGenerator.getDefault());
    this.tunnelAddresses =
        new TunnelAddresses(
            self,
            allocator,
            new ClusterReads(api),
            nodeWriter,
            latest::image,
            () -> latest.plan().map(Plan::ends),
            this::mayBegin);
    this.announcer = new Announcer(nodeWriter, dataplane::isInForce);
    this.election =
        new Election(
            new LeaseStore(api, new ObjectKey(config.namespace(), "margay-chores")),
            new Election.Candidate(
                self + "_" + UUID.randomUUID(),
                () -> ChoreStage.standsBack(latest.image()),
                () -> latest.image().nodes().size()),
            List.of(),
            clock,
            InstantSource.system());
    this.stage =
        new StageThread(planner(), this::planned, new StageMetrics(registry)::planned, clock);
    this.actions =
        new StartActions(
            new StartActions.Parts(
                config,
                api,
                store,
                allocator,
                stage,
                dataplane,
                bgp,
                passwords,
                cni,
                nodeWriter,
                clock),
            start,
            retries);
  }

  private Planner planner() {
    String prefix = config.dataplane().interfacePrefixes().getFirst();
    return new Planner(
        new Planner.Settings(
            self,
            config.backend(),
            config.routerId(),
            PolicySettings.of(config.dataplane()),
            config.dataplane().serviceLoop(),
            dataplane.ipip().support(),
            System.getProperty("os.version"),
            config.dataplane().tunnels(),
            mtuFile.uplinks(),
            pod -> HostInterface.ofPod(prefix, pod.namespace(), pod.name())));
  }

  /** Starts everything; returns at once. */
  void begin() throws IOException {
    actions.bind();
    start.start();
    var warm =
        WarmStart.of(
            new WarmFile(config.directories().state().resolve("margay-image.jsonl")),
            WARM_AFTER,
            InstantSource.system());
    AgentMetrics.bind(registry, metricSources(warm));
    AgentPages.serve(config.serving(), health(), registry);
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
    announcer.start();
    if (config.backend() == Backend.BIRD) {
      new NodeReporter(new NodeReports(api, self), bgp, clock).start();
    }
    ClusterWatch.start(api, warm, this::imageChanged);
    ApiServer.open(
        config.directories().run().resolve("margay.sock"),
        new Views(config.nodeName(), stage, dataplane, bgp, allocator, latest).verbs());
  }

  private void imageChanged(ClusterImage next, ClusterDelta delta, SyncState now) {
    boolean turnsLive = now.isSynced() && !latest.sync().isSynced();
    latest.saw(next, now);
    stage.tell(planner -> planner.image(next, delta));
    if (turnsLive) {
      // Behind the plan for it: what is not in that plan may be deleted from then on.
      stage.tellPlanned(() -> start.happened(new Event.Live()));
      election.start();
    }
    boolean ownNodeChanged = delta.nodes().containsKey(self);
    if (ownNodeChanged) {
      addresses.look();
    }
    if (setupDone && (ownNodeChanged || !delta.ipPools().isEmpty())) {
      tunnelAddresses.look();
    }
    mayBegin();
  }

  private void kernelChanged(KernelFacts facts) {
    stage.tell(planner -> planner.kernel(facts));
    addresses.look();
    mayBegin();
  }

  private void bestChanged(List<BestChange> changes) {
    stage.tell(planner -> planner.best(changes));
  }

  private void secretsRead(Map<String, SecretState> secrets) {
    stage.tell(planner -> planner.secrets(secrets));
  }

  /** Called by parts that are made before the actions. */
  private void recovered() {
    actions.recovered();
  }

  /** Begins the set-up once the image and the kernel are known, and the rest once it is done. */
  private synchronized void mayBegin() {
    SyncState sync = latest.sync();
    if (!sync.isUsable() || dataplane.facts().isEmpty()) {
      return;
    }
    if (!setupBegun) {
      setupBegun = true;
      retries.begin("set-up", this::setUp);
    }
    // Without the API server nothing can be set up, and what was set up before is remembered.
    boolean isSetUp = setupDone || !sync.isSynced();
    if (isSetUp && hasAddress() && tunnelAddresses.isSettled(latest.image())) {
      start.happened(new Event.Synced());
    }
  }

  private void setUp() throws InterruptedException {
    setup.run();
    setupDone = true;
    addresses.follow();
    tunnelAddresses.look();
    mayBegin();
  }

  private boolean hasAddress() {
    Node node = latest.image().nodes().get(self);
    return node != null
        && (config.backend() == Backend.NONE
            || node.bgp().ipv4().isPresent()
            || node.bgp().ipv6().isPresent());
  }

  private KernelFacts kernelFacts() {
    return dataplane.facts().orElse(KernelFacts.NONE);
  }

  /** On the stage thread. */
  private void planned(Planner planner, Plan now) {
    boolean mayChangeAddresses =
        latest.plan().filter(before -> before.ends().asksForTheSame(now.ends())).isEmpty();
    if (latest.plan().filter(before -> before.checksums().equals(now.checksums())).isEmpty()) {
      LOG.info(
          "tunnel.checksums",
          "offload",
          now.checksums().usable(),
          "because",
          now.checksums().why());
    }
    // The announcer first: what another thread does by this plan nobody may announce by the last.
    announcer.planned(now);
    latest.planned(now);
    if (mayChangeAddresses && setupDone) {
      tunnelAddresses.look();
    }
    dataplane.planned(now, planner.policy().desired());
    bgp.planned(now);
    passwords.planned(now.secrets());
    mtuFile.planned(now.podMtu(), planner.kernel());
    for (String note : now.notes()) {
      if (toldNotes.add(note)) {
        LOG.warn("object.refused", "why", note);
      }
    }
    toldNotes.retainAll(now.notes());
  }

  private Health health() {
    var health = new Health();
    health.add(
        new Part(
            "start", () -> AgentHealth.start(start.phase(), setup.doing(), retries.trouble())));
    health.add(new Part("api", () -> AgentHealth.api(latest.sync(), api.server())));
    health.add(
        new Part(
            "stage",
            () -> AgentHealth.thread(stage.broken(), clock.nanos() - stage.lastTurn(), "plans")));
    for (ReconcileLoop<?, ?> loop : dataplane.loops()) {
      health.add(
          new Part(
              loop.name(),
              () ->
                  AgentHealth.loop(loop.status(), loop.broken(), clock.nanos() - loop.lastTurn())));
    }
    // Who does them, or which right is missing: the node is as well without.
    health.add(new Part("chores", () -> Part.State.ready(election.doing())));
    return health;
  }

  private AgentMetrics.Sources metricSources(WarmStart warm) {
    return new AgentMetrics.Sources(
        self,
        latest,
        warm::failedWrites,
        election::isElected,
        dataplane.loops().stream().map(AgentMetrics.Loop::of).toList(),
        () -> stage.broken().isPresent(),
        () -> bgp.peers().orElse(List.of()),
        bgp::status,
        allocator::stats,
        dataplane::watchStats,
        dataplane::announced,
        dataplane::forwarderStatus,
        dataplane::forwarderStarts,
        () -> Asked.soon(stage.ask(planner -> PolicyMetrics.Counts.of(planner.policy()))));
  }

  /** SIGTERM: no new requests, sessions end as a restart, the kernel stays as it is. */
  void stop() {
    LOG.info("agent.stopping", "node", self);
    for (Runnable part :
        List.<Runnable>of(election::stop, cni::stop, bgp::stop, passwords::stop, stage::stop)) {
      try {
        part.run();
      } catch (RuntimeException e) {
        // The others still have to end as they should.
        LOG.error("agent.stop.failed", e);
      }
    }
  }
}
