package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.agent.start.Phase;
import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.cni.verb.AllocatorAddresses;
import io.margay.foundation.time.Clock;
import io.margay.ipam.allocate.Allocator;
import io.margay.kube.client.KubeApi;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.FibKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** What each action of the start does; all of them may be done again after a failure. */
final class StartActions {
  /** So long the sessions without a password wait for those with one. */
  private static final Duration FOR_PASSWORDS = Duration.ofSeconds(10);

  private final StandIns standIns = new StandIns();
  private final Parts parts;
  private final StartRunner start;
  private final Retries retries;

  /** What the actions set going. */
  record Parts(
      AgentConfig config,
      KubeApi api,
      KubeBlockStore store,
      Allocator allocator,
      StageThread stage,
      Dataplane dataplane,
      BgpPart bgp,
      BgpPasswords passwords,
      CniPart cni,
      NodeStatusWriter nodeWriter,
      Clock clock) {}

  StartActions(Parts parts, StartRunner start, Retries retries) {
    this.parts = parts;
    this.start = start;
    this.retries = retries;
  }

  /** Tells the runner what to do. */
  void bind() {
    start
        .on(Action.PROGRAM_KERNEL, this::programKernel)
        .on(Action.RELEASE_POLICY, this::releasePolicy)
        .on(Action.SERVE_CNI, this::serveCni)
        .on(Action.START_BGP, this::startBgp)
        .on(Action.RELEASE_ROUTES, parts.dataplane()::releaseRoutes)
        .on(Action.REPORT_READY, this::reportReady);
  }

  /** Behind the plan that has the recovered routes in it. */
  void recovered() {
    parts.stage().tellPlanned(() -> start.happened(new Event.Recovered()));
  }

  /**
   * What has to be in the kernel first.
   *
   * @param local the routes to this node's own pods and blocks
   */
  private record FirstPlan(long version, Set<FibKey> local) {}

  private void programKernel() {
    Dataplane dataplane = parts.dataplane();
    dataplane.start();
    parts.stage().open();
    FirstPlan first =
        Asked.answer(
            parts
                .stage()
                .planned(
                    _ -> {},
                    planner -> plan -> new FirstPlan(plan.version(), planner.localRoutes())));
    inForce(Phase.Part.POLICY, () -> dataplane.policy().await(first.version()));
    inForce(Phase.Part.TUNNELS, () -> dataplane.awaitTunnels(first.version()));
    inForce(Phase.Part.ROUTES, () -> dataplane.awaitTried(first.version(), first.local()));
  }

  private void inForce(Phase.Part part, Retries.Work waiting) {
    retries.begin(
        part.words(),
        () -> {
          waiting.run();
          start.happened(new Event.InForce(part));
        });
  }

  private void releasePolicy() {
    parts.dataplane().policy().release();
    parts.dataplane().releaseForwarding();
  }

  private void serveCni() {
    AgentConfig config = parts.config();
    parts
        .cni()
        .serve(
            new AgentEndpoints(
                new AgentEndpoints.Parts(
                    new NodeName(config.nodeName()),
                    parts.stage(),
                    parts.dataplane()::awaitRoutes,
                    parts.dataplane().policy().loop(),
                    new ClusterReads(parts.api()),
                    new PodStatusWriter(parts.api()),
                    parts.clock())),
            new AllocatorAddresses(
                parts.allocator(), () -> HeldAddresses.of(parts.store(), config.nodeName())));
  }

  private void startBgp() throws InterruptedException {
    switch (parts.config().backend()) {
      case BIRD -> {
        parts.passwords().awaitRead(FOR_PASSWORDS);
        // Behind the plan that has the peers with what was read.
        Asked.answer(parts.stage().planned(_ -> {}, _ -> plan -> plan));
        parts.bgp().start(parts.dataplane().hasRoutesOfBefore());
        BirdSockets.open(parts.config().directories().run(), parts.bgp());
        if (parts.config().standIns()) {
          standIns.start(parts.config().cni().binDirectory().resolve("calico"));
        }
      }
      case VXLAN, NONE -> recovered();
    }
  }

  /**
   * Nobody waits for the API server's answer; until it comes, health says that it is missing. Where
   * we make no network the condition is another's.
   */
  private void reportReady() {
    if (parts.config().backend() == Backend.NONE) {
      return;
    }
    retries.begin("report-ready", () -> parts.nodeWriter().networkUp(Instant.now()));
  }
}
