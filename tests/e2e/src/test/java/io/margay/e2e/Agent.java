package io.margay.e2e;

import io.margay.cluster.ControlPlane;
import io.margay.kube.client.KubeApi;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.warm.WarmFile;
import io.margay.kube.watch.ClusterWatch;
import io.margay.kube.watch.Pulse;
import io.margay.kube.watch.SyncState;
import io.margay.kube.watch.WarmStart;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** An agent's side of the API server: its account's rights, its watches, its image. */
final class Agent implements AutoCloseable {
  /** A server that is gone without a word is noticed sooner than by a node. */
  private static final Pulse.Rhythm OFTEN = new Pulse.Rhythm(Duration.ofSeconds(2));

  private record Told(ClusterImage image, SyncState sync) {}

  private final KubeApi api;
  private final ClusterWatch watch;
  private volatile Told told;

  Agent(ControlPlane plane, Path folder) {
    this(plane.kubeconfigOfAgent(), folder);
  }

  /** One with the credentials, and the way to the server, of a kubeconfig file. */
  Agent(Path kubeconfig, Path folder) {
    api = KubeApi.fromKubeconfig(kubeconfig);
    var warm =
        WarmStart.of(
            new WarmFile(folder.resolve("image")), Duration.ofMinutes(10), InstantSource.system());
    watch =
        ClusterWatch.start(api, warm, OFTEN, (image, delta, sync) -> told = new Told(image, sync));
  }

  KubeApi api() {
    return api;
  }

  /** Waits until all that is watched is there. */
  Agent synced() throws Exception {
    Wait.until("the image is in sync", () -> told != null && told.sync().isSynced());
    return this;
  }

  /** Waits until the image is as expected. */
  void awaitImage(String what, Predicate<ClusterImage> expected) throws Exception {
    Wait.until(what, () -> told != null && expected.test(told.image()));
  }

  ClusterImage image() {
    return told.image();
  }

  SyncState sync() {
    return told.sync();
  }

  @Override
  public void close() {
    watch.close();
    api.close();
  }
}
