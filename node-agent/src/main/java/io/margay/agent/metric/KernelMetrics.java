package io.margay.agent.metric;

import io.margay.route.target.KernelWatch.Stats;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the watch over the kernel hears. */
public final class KernelMetrics {
  private final Registry registry;
  private final Supplier<Stats> stats;

  private KernelMetrics(Registry registry, Supplier<Stats> stats) {
    this.registry = registry;
    this.stats = stats;
  }

  /** Binds the watch. */
  public static void bind(Registry registry, Supplier<Stats> stats) {
    var metrics = new KernelMetrics(registry, stats);
    metrics.counter(
        "events",
        "Changes that the kernel told of, without our own routes to blocks; worry when it grows"
            + " by thousands a second for long.",
        Stats::events);
    metrics.counter(
        "overruns",
        "Times that the kernel told faster than the agent could hear, and all was read anew; worry"
            + " when it keeps growing.",
        Stats::overruns);
    metrics.counter(
        "faults",
        "Times that the watch over the kernel broke off and began anew; worry when it grows.",
        Stats::faults);
  }

  private void counter(String what, String help, ToDoubleFunction<Stats> value) {
    registry.counter("margay_kernel_" + what, help, () -> value.applyAsDouble(stats.get()));
  }
}
