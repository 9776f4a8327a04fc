package io.margay.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * Programs that can be started.
 *
 * @param kubernetes the version that those built here are of, such as v1.35.4
 */
public record Programs(Map<Tool, Path> paths, String kubernetes) {
  public Programs {
    paths = Map.copyOf(paths);
  }

  /** Whether there are programs, and if not why. */
  public sealed interface Availability {
    record Ready(Programs programs) implements Availability {}

    /** The reason is for people who wonder why a test was skipped. */
    record Missing(String reason) implements Availability {}
  }

  /** For whoever runs it himself. */
  public Path kubectl() {
    return path(Tool.KUBECTL);
  }

  Path path(Tool tool) {
    Path path = paths.get(tool);
    if (path == null) {
      throw new IllegalStateException("no " + tool.program() + " was asked for");
    }
    return path;
  }
}
