package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.watch.SyncState;
import java.util.Optional;

/**
 * The newest image and the newest plan, for whoever shows them or decides by them once. What must
 * see each of them is told by the watch and by the stage thread. Any thread may ask.
 */
final class Latest {
  private record Seen(ClusterImage image, SyncState sync) {}

  private volatile Seen seen = new Seen(ClusterImage.EMPTY, SyncState.NONE);
  private volatile Optional<Plan> plan = Optional.empty();

  void saw(ClusterImage image, SyncState sync) {
    seen = new Seen(image, sync);
  }

  void planned(Plan now) {
    plan = Optional.of(now);
  }

  ClusterImage image() {
    return seen.image();
  }

  /** How far the image can be trusted. */
  SyncState sync() {
    return seen.sync();
  }

  /** Empty before the first. */
  Optional<Plan> plan() {
    return plan;
  }
}
