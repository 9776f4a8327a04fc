package io.margay.agent.stage;

import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Pod;
import java.util.Optional;

/** Whether the agents of this cluster do its chores. */
public final class ChoreStage {
  /** The label that Calico's manifests give to its controllers. */
  private static final String LABEL = "k8s-app";

  private static final String CONTROLLERS = "calico-kube-controllers";

  private ChoreStage() {}

  /** Why they do not: somebody else does; empty when they do. */
  public static Optional<String> standsBack(ClusterImage image) {
    return image.pods().values().stream()
        .filter(pod -> CONTROLLERS.equals(pod.labels().get(LABEL)))
        .filter(pod -> pod.phase() == Pod.Phase.RUNNING && !pod.finished())
        .map(pod -> pod.key().toString())
        .sorted()
        .findFirst()
        .map(pod -> "pod " + pod + " does them");
  }
}
