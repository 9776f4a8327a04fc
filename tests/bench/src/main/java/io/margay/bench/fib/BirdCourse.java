package io.margay.bench.fib;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.Room;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The two by turns, each in a namespace of its own, which is gone after the run. */
final class BirdCourse implements Bench.Course {
  private static final List<Operation> PLAN =
      List.of(Operation.ADD, Operation.DELETE, Operation.ADD, Operation.DELETE, Operation.ADD);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int routes;
  private final Path jvmOptions;

  BirdCourse(int routes, Path jvmOptions) {
    this.routes = routes;
    this.jvmOptions = jvmOptions;
  }

  @Override
  public Map<String, Double> ours() {
    try (Room room = Cable.lay()) {
      LoadReport report = LoadReport.of(room, RouteLoad.command(jvmOptions), routes, PLAN);
      return value(report.last(Operation.ADD).min());
    }
  }

  @Override
  public Map<String, Double> theirs() {
    try (Room room = Cable.lay();
        BirdKernel bird = BirdKernel.start(room, new RouteSet(routes, Cable.DEVICE))) {
      for (int i = 0; i < 2; i++) {
        bird.add();
        bird.remove();
      }
      return value(bird.add());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailed("interrupted");
    }
  }

  private Map<String, Double> value(double nanos) {
    return Map.of(BirdBench.ADD, routes * NANOS_PER_SECOND / nanos);
  }

  @Override
  public void close() {}
}
