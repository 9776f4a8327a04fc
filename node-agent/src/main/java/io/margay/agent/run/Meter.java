package io.margay.agent.run;

import io.margay.agent.metric.Registry;
import io.margay.cni.verb.AddStage;
import io.margay.cni.verb.CniMeter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** CNI's times and counts as metrics. */
final class Meter implements CniMeter {
  private final Registry registry;
  private final AtomicInteger queued = new AtomicInteger();

  Meter(Registry registry) {
    this.registry = registry;
    registry.gauge(
        "margay_cni_queued_dels",
        "DELs that wait to be worked off; worry when it stays above 0.",
        queued::get);
  }

  @Override
  public void stage(AddStage stage, Duration took) {
    registry.time(
        "margay_pod_ready",
        "Time that an ADD spent in each of its stages.",
        took,
        "stage",
        stage.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void finished(String command, int errorCode, Duration took) {
    registry.count(
        "margay_cni_requests",
        "CNI requests by command and error code (0: success).",
        "command",
        command,
        "code",
        Integer.toString(errorCode));
    registry.time("margay_cni_request", "Time of a CNI request.", took, "command", command);
  }

  @Override
  public void queued(int waiting) {
    queued.set(waiting);
  }
}
