package io.margay.agent.run;

import io.margay.agent.host.HostPlan;
import io.margay.agent.host.HostSetting;
import io.margay.agent.host.HostTarget;
import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.time.Clock;
import io.margay.route.view.KernelView;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Keeps the kernel's settings as pods' packets need them, with a loop of its own. Nothing is set
 * before policy is in the kernel: a node that forwards earlier would forward what it must not.
 */
final class HostPart {
  private final boolean ipv6;
  private final ReconcileLoop<String, HostSetting> loop;

  private boolean released;
  private Inputs last = new Inputs(Map.of(), Set.of(), Set.of());
  private long version;

  private record Inputs(Map<Ip, Plan.PodRoute> pods, Set<String> ready, Set<String> routed) {}

  HostPart(boolean ipv6, Clock clock) {
    this.ipv6 = ipv6;
    this.loop =
        new ReconcileLoop<>(
            "host",
            new Reconciler<>(
                new HostTarget(),
                ReconcilerSettings.DEFAULT,
                new Hold(Set.of()),
                RandomGenerator.getDefault(),
                clock.nanos()),
            clock);
  }

  ReconcileLoop<String, HostSetting> loop() {
    return loop;
  }

  /** From now on settings are made. */
  synchronized void release() {
    released = true;
    tell();
  }

  /** A new plan. */
  synchronized void planned(Plan plan, Set<String> ready, KernelView view) {
    version = plan.version();
    var now = new Inputs(plan.routes().pods(), ready, HostPlan.routed(view));
    if (!now.equals(last)) {
      last = now;
      tell();
    }
  }

  private void tell() {
    if (released) {
      long asked = version;
      var wanted = HostPlan.wanted(ipv6, last.pods(), last.ready(), last.routed());
      loop.tell(r -> r.want(asked, wanted));
    }
  }
}
