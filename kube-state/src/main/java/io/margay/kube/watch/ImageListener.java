package io.margay.kube.watch;

import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;

/** Is told each new image. */
@FunctionalInterface
public interface ImageListener {
  /**
   * A burst of changes, or of news about the watches, is over. Called on the {@code image} thread:
   * hand over and return.
   *
   * @param delta what made this image of the one from the call before; empty when only {@code sync}
   *     changed
   */
  void onImage(ClusterImage image, ClusterDelta delta, SyncState sync);
}
