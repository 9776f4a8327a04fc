package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.foundation.time.Clock;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Chains and sets on their way into the kernel. */
final class PolicyLoop {
  private final ReconcileLoop<RenderKey, Rendered> loop;
  private boolean begun;

  PolicyLoop(Target<RenderKey, Rendered> target, Clock clock) {
    this.loop =
        new ReconcileLoop<>(
            "policy",
            new Reconciler<>(
                target,
                ReconcilerSettings.DEFAULT,
                new Hold(Set.of(Dataplane.HOLD)),
                RandomGenerator.getDefault(),
                clock.nanos()),
            clock);
  }

  void start() {
    loop.start();
  }

  ReconcileLoop<RenderKey, Rendered> loop() {
    return loop;
  }

  /** What others did to our chains or sets makes this worth a look. */
  void resync() {
    loop.tell(Reconciler::resync);
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

  /** All policy is known: what is not wanted may go. */
  void release() {
    loop.tell(r -> r.release(Dataplane.HOLD));
  }

  /** Waits until everything up to a version is in the kernel, for ever if need be. */
  void await(long version) throws InterruptedException {
    while (!(loop.await(version, Set.of(), Duration.ofSeconds(1))
        instanceof Reached.Yes<RenderKey>)) {
      // fail closed: no pod is served before its policy is there
    }
  }
}
