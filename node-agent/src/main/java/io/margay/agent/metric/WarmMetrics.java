package io.margay.agent.metric;

import io.margay.kube.watch.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The image on disk. */
public final class WarmMetrics {
  private WarmMetrics() {}

  /**
   * Binds the image on disk.
   *
   * @param failedWrites since the start
   */
  public static void bind(Registry registry, Supplier<SyncState> sync, LongSupplier failedWrites) {
    registry.gauge(
        "margay_kube_remembered_image_age_seconds",
        "Age in seconds of the image on disk that stands in for the API server since the start, 0"
            + " when none does; worry when it is above 0 for minutes: no new pod can be served.",
        () -> sync.get().remembered().map(WarmMetrics::age).orElse(0.0));
    registry.counter(
        "margay_kube_image_write_failures",
        "Times that the image could not be written to the disk; worry when it keeps growing.",
        failedWrites::getAsLong);
  }

  private static double age(Instant written) {
    return Duration.between(written, Instant.now()).toMillis() / 1000.0;
  }
}
