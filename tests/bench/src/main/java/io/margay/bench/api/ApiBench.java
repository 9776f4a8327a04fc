package io.margay.bench.api;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.host.GoProgram;
import io.margay.bench.host.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An agent in a large cluster, on a node of its own, at a real API server. The peer has client-go's
 * informers over the same kinds, and does nothing with what they know.
 */
public final class ApiBench implements Bench {
  static final String SYNC = "api.sync";
  static final String CPU = "api.sync.cpu";
  static final String HEAP = "api.heap";
  static final String RESIDENT = "api.resident";
  static final String PEAK = "api.resident.peak";

  /** The one that may be nothing. */
  public static final String IDLE = "api.idle.requests";

  private final ClusterSize size;
  private final Path root;
  private final Duration idle;

  private ApiBench(ClusterSize size, Path root, Duration idle) {
    this.size = size;
    this.root = root;
    this.idle = idle;
  }

  /**
   * 10,000 pods on 200 nodes with 200 policies.
   *
   * @param root the repository
   */
  public static ApiBench large(Path root) {
    return new ApiBench(ClusterSize.LARGE, root, Duration.ofMinutes(1));
  }

  /** A cluster of a test, looked at for a moment. */
  public static ApiBench small(Path root) {
    return new ApiBench(new ClusterSize(4, 40, 4), root, Duration.ofSeconds(1));
  }

  @Override
  public String name() {
    return "api";
  }

  @Override
  public Optional<String> peer() {
    return Optional.of("client-go");
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        lower(SYNC, "s"),
        lower(CPU, "s"),
        lower(HEAP, "MiB"),
        lower(RESIDENT, "MiB"),
        lower(PEAK, "MiB"),
        lower(IDLE, "requests/min"));
  }

  private static Measure lower(String name, String unit) {
    return new Measure(name, unit, Measure.Better.LOWER);
  }

  @Override
  public Optional<String> obstacle() {
    return Machine.lacks(List.of(GoProgram.COMPILER, "unshare", "nsenter", "ip"));
  }

  @Override
  public Course open() {
    return ApiCourse.open(size, root, idle);
  }
}
