package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.IptablesChoice;
import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.time.Clock;
import io.margay.kernel.netfilter.BackendDetection;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.Netns;
import io.margay.policy.apply.Leftovers;
import io.margay.policy.apply.PolicyTarget;
import io.margay.policy.apply.PolicyWatch;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chains and sets on their way into the kernel. */
final class PolicyLoop {
  private static final EventLog LOG = EventLog.of(PolicyLoop.class);

  /** Programs run in the agent's own namespaces. */
  private static final List<String> NO_LAUNCHER = List.of();

  private final Backend backend;
  private final Set<Family> families;
  private final PolicyTarget target;
  private final ReconcileLoop<RenderKey, Rendered> loop;
  private boolean begun;
  private boolean watched;

  PolicyLoop(AgentConfig.Dataplane config, Clock clock) {
    this.backend = backend(config.iptables());
    this.families = config.ipv6() ? EnumSet.allOf(Family.class) : EnumSet.of(Family.IPV4);
    this.target = new PolicyTarget(backend, families, NO_LAUNCHER);
    this.loop =
        new ReconcileLoop<>(
            "policy",
            new Reconciler<>(
                target,
                PolicyTarget.SETTINGS,
                new Hold(Set.of(Dataplane.HOLD)),
                RandomGenerator.getDefault(),
                clock.nanos()),
            clock);
  }

  private static Backend backend(IptablesChoice choice) {
    return switch (choice) {
      case NFT -> Backend.NFT;
      case LEGACY -> Backend.LEGACY;
      case AUTO -> {
        BackendDetection.Found found = BackendDetection.detect(NO_LAUNCHER);
        LOG.info("policy.backend.detected", "backend", found.backend(), "why", found.why());
        yield found.backend();
      }
    };
  }

  /** Begins to work, and to look whether others change what is ours. May be said again. */
  void start() {
    loop.start();
    if (!watched) {
      // Both live as long as the process.
      PolicyWatch.start(
          Netns.current(), backend, families, target, () -> loop.tell(Reconciler::resync));
      watched = true;
    }
  }

  ReconcileLoop<RenderKey, Rendered> loop() {
    return loop;
  }

  /** All that is wanted, before the first plan's changes count. Called on the stage thread. */
  void begin(long version, Map<RenderKey, Rendered> all) {
    Map<RenderKey, Rendered> wanted = Map.copyOf(all);
    begun = true;
    loop.tell(r -> r.want(version, wanted));
  }

  boolean hasBegun() {
    return begun;
  }

  /** What a plan changes. Called on the stage thread. */
  void planned(Plan plan) {
    loop.tell(r -> r.change(plan.version(), plan.policy().put(), plan.policy().remove()));
  }

  /** All policy is in force: what is not wanted may go, also from the other back end. */
  void release() {
    loop.tell(r -> r.release(Dataplane.HOLD));
    int gone = Leftovers.clear(backend, families, NO_LAUNCHER);
    if (gone > 0) {
      LOG.info("policy.leftovers.cleared", "chains", gone, "used", backend);
    }
  }

  /** Waits until everything up to a version is in the kernel, for ever if need be. */
  void await(long version) throws InterruptedException {
    while (!(loop.await(version, Set.of(), Duration.ofSeconds(1))
        instanceof Reached.Yes<RenderKey>)) {
      // fail closed: no pod is served before its policy is there
    }
  }
}
