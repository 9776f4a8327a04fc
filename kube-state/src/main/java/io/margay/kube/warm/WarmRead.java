package io.margay.kube.warm;

import io.margay.kube.image.ClusterImage;
import java.nio.file.Path;
import java.time.Instant;

/** What the file with the last image came to. */
public sealed interface WarmRead {
  /**
   * The image as it was kept.
   *
   * @param image of version 1
   * @param written when the image was the cluster's, by this node's clock
   */
  record Kept(ClusterImage image, Instant written) implements WarmRead {}

  /** There is no such file: the node never was in sync. */
  record None(Path file) implements WarmRead {}

  /**
   * The file is there and of no use; it is left where it is until a new one replaces it.
   *
   * @param why what is wrong with it, where, and what becomes of it
   */
  record Refused(Path file, String why) implements WarmRead {}
}
