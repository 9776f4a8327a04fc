package io.margay.agent.metric;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** How long planning takes. */
public final class StageMetrics {
  private final Timer plans;

  /** Binds the stages. */
  public StageMetrics(Registry registry) {
    plans =
        registry.timer(
            "felix_calc_graph_update_time",
            "Time in seconds to plan for a burst of changes; worry when most take longer than 0.5.");
  }

  /** A plan was made. */
  public void planned(Duration took) {
    plans.record(took);
  }

  /**
   * Binds whether planning works.
   *
   * @param broken whether the last plan failed
   */
  public static void bind(Registry registry, BooleanSupplier broken) {
    registry.gauge(
        "margay_stage_broken",
        "1 while no plan can be made, else 0; worry when it is 1: a bug to report.",
        () -> broken.getAsBoolean() ? 1 : 0);
  }
}
