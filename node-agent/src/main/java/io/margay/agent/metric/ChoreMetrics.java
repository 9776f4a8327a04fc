package io.margay.agent.metric;

import java.util.function.BooleanSupplier;

/** Who does the cluster's chores. */
public final class ChoreMetrics {
  private ChoreMetrics() {}

  public static void bind(Registry registry, BooleanSupplier elected) {
    registry.gauge(
        "margay_chore_elected",
        "1 on the agent that does the cluster's chores, else 0; worry when the sum is 0 for a minute"
            + " where no calico-kube-controllers runs.",
        () -> elected.getAsBoolean() ? 1 : 0);
  }
}
