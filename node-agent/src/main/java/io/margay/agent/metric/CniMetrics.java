package io.margay.agent.metric;

import io.margay.cni.verb.AddStage;
import io.margay.cni.verb.CniMeter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** CNI's times and counts; each command shows from the beginning. */
public final class CniMetrics implements CniMeter {
  private static final String REQUESTS = "margay_cni_requests";
  private static final String REQUESTS_HELP =
      "CNI requests by command and error code (0: success); worry when other codes keep growing.";
  private static final String REQUEST_TIME_HELP =
      "Time of a CNI request in seconds; worry when an ADD takes longer than 5.";
  private static final String STAGE_HELP =
      "Time in seconds that an ADD spent in each of its stages; worry when one takes longer than 1.";

  private final Registry registry;
  private final AtomicInteger queued = new AtomicInteger();

  /** Binds CNI. */
  public CniMetrics(Registry registry) {
    this.registry = registry;
    registry.gauge(
        "margay_cni_queued_dels",
        "DELs that wait to be worked off; worry when it stays above 0.",
        queued::get);
    for (String command : List.of("ADD", "DEL", "CHECK", "STATUS", "GC")) {
      registry.begin(REQUESTS, REQUESTS_HELP, "command", command, "code", "0");
      registry.timer("margay_cni_request", REQUEST_TIME_HELP, "command", command);
    }
    for (AddStage stage : AddStage.values()) {
      registry.timer("margay_pod_ready", STAGE_HELP, "stage", word(stage));
    }
  }

  @Override
  public void stage(AddStage stage, Duration took) {
    registry.timer("margay_pod_ready", STAGE_HELP, "stage", word(stage)).record(took);
  }

  @Override
  public void finished(String command, int errorCode, Duration took) {
    registry.count(
        REQUESTS, REQUESTS_HELP, "command", command, "code", Integer.toString(errorCode));
    registry.timer("margay_cni_request", REQUEST_TIME_HELP, "command", command).record(took);
  }

  @Override
  public void queued(int waiting) {
    queued.set(waiting);
  }

  private static String word(AddStage stage) {
    return stage.name().toLowerCase(Locale.ROOT);
  }
}
