package io.margay.cni.verb;

import java.time.Duration;

/** Where times and counts go; agent.metric makes {@code margay_pod_ready_seconds} of them. */
public interface CniMeter {
  /** One stage of an ADD took so long, whether it succeeded or not. */
  void stage(AddStage stage, Duration took);

  /**
   * A command ended.
   *
   * @param command ADD, DEL, ...
   * @param errorCode CNI's, 0 for success
   */
  void finished(String command, int errorCode, Duration took);

  /** So many DELs wait in the queue. */
  void queued(int waiting);
}
