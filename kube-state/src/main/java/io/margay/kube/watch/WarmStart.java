package io.margay.kube.watch;

import io.margay.foundation.log.EventLog;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.warm.WarmFile;
import io.margay.kube.warm.WarmRead;
import io.margay.kube.warm.WarmWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * When the image on disk is read and when it is written. Read once, when the API server has not
 * told everything in time; written whenever an image that is in sync has changed. Owned by the
 * image thread.
 */
public final class WarmStart implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(WarmStart.class);

  private final WarmFile file;
  private final Duration patience;
  private final WarmWriter writer;
  private final long begin = System.nanoTime();
  private boolean decided;
  private Optional<Instant> remembered = Optional.empty();
  private long offered;

  private WarmStart(WarmFile file, Duration patience, WarmWriter writer) {
    this.file = file;
    this.patience = patience;
    this.writer = writer;
  }

  /**
   * Begins.
   *
   * @param patience how long the API server is waited for before the file is used
   * @param clock tells the time that the file says it is from
   */
  public static WarmStart of(WarmFile file, Duration patience, InstantSource clock) {
    return new WarmStart(file, patience, WarmWriter.start(file, clock));
  }

  /** The image on disk, once, when it is time for it and it can be read. */
  Optional<ClusterImage> due(boolean synced, long now) {
    if (decided || (!synced && now - begin < patience.toNanos())) {
      return Optional.empty();
    }
    decided = true;
    return synced ? Optional.empty() : read();
  }

  /** From when the image is that stands in for the cluster; empty once everything is in sync. */
  Optional<Instant> remembered() {
    return remembered;
  }

  /** An image was published. */
  void published(ClusterImage image, boolean synced) {
    if (!synced) {
      return;
    }
    remembered = Optional.empty();
    if (image.version() != offered) {
      offered = image.version();
      writer.offer(image);
    }
  }

  /** Files that could not be written since the start. */
  public long failedWrites() {
    return writer.failed();
  }

  @Override
  public void close() {
    writer.close();
  }

  private Optional<ClusterImage> read() {
    return switch (file.read()) {
      case WarmRead.Kept(ClusterImage image, Instant written) -> {
        remembered = Optional.of(written);
        LOG.warn(
            "kube.warm.used",
            "file",
            file.path(),
            "written",
            written,
            "pods",
            image.pods().size(),
            "why",
            "the API server has not answered in " + patience.toSeconds() + "s");
        yield Optional.of(image);
      }
      case WarmRead.None(var path) -> {
        LOG.warn("kube.warm.none", "file", path, "effect", "waits for the API server");
        yield Optional.empty();
      }
      case WarmRead.Refused(var path, var why) -> {
        LOG.warn("kube.warm.refused", "file", path, "why", why);
        yield Optional.empty();
      }
    };
  }
}
