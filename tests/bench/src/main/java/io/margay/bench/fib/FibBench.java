package io.margay.bench.fib;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.frame.Series;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Machine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Routes into the kernel's table, by the agent's parts and by a C program. A run of either is a
 * fresh process; {@code .fresh} is the first time that it does something, the others the last.
 */
public final class FibBench implements Bench {
  /** As many as a cluster of any size has blocks. */
  public static final int ROUTES = 100_000;

  /** The agent's alone: a program without a heap has none. */
  public static final String HEAP = "fib.heap";

  /** From the top of the repository. */
  public static final Path AGENT_JVM_OPTIONS = Path.of("node-agent/src/main/dist/agent.jvmopts");

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double MIB = 1 << 20;
  private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);

  private final int routes;
  private final Path jvmOptions;

  /**
   * A bench with so many routes.
   *
   * @param jvmOptions the agent's, as the file that java is given
   */
  public FibBench(int routes, Path jvmOptions) {
    this.routes = routes;
    this.jvmOptions = jvmOptions;
  }

  @Override
  public String name() {
    return "fib";
  }

  @Override
  public Optional<String> peer() {
    return Optional.of("c");
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        rate("fib.add"),
        rate("fib.replace"),
        rate("fib.delete"),
        rate("fib.add.fresh"),
        rate("fib.replace.fresh"),
        rate("fib.delete.fresh"),
        rate("fib.resync"),
        latency("fib.one"),
        latency("fib.one.p99"),
        new Measure("fib.failover", "ms", Measure.Better.LOWER),
        new Measure(HEAP, "MiB", Measure.Better.LOWER));
  }

  private static Measure rate(String name) {
    return new Measure(name, "routes/s", Measure.Better.HIGHER);
  }

  private static Measure latency(String name) {
    return new Measure(name, "us", Measure.Better.LOWER);
  }

  @Override
  public Optional<String> obstacle() {
    return Machine.lacks(List.of(CProgram.COMPILER, "unshare", "nsenter"));
  }

  @Override
  public Course open() {
    return FibCourse.open(routes, jvmOptions, this::values);
  }

  /** A run's value for each measure. */
  private Map<String, Double> values(LoadReport report) {
    var values = new LinkedHashMap<String, Double>();
    for (Operation all : List.of(Operation.ADD, Operation.REPLACE, Operation.DELETE)) {
      values.put("fib." + all.word(), rate(report.last(all)));
      values.put("fib." + all.word() + ".fresh", rate(report.first(all)));
    }
    values.put("fib.resync", rate(report.last(Operation.DUMP)));
    Series changes = report.last(Operation.ONE);
    values.put("fib.one", changes.percentile(50) / NANOS_PER_MICRO);
    values.put("fib.one.p99", changes.percentile(99) / NANOS_PER_MICRO);
    values.put("fib.failover", report.last(Operation.FAILOVER).median() / NANOS_PER_MILLI);
    boolean hasHeap = report.has(Operation.HEAP);
    values.put(HEAP, hasHeap ? report.last(Operation.HEAP).median() / MIB : 0);
    return values;
  }

  private double rate(Series took) {
    return routes * NANOS_PER_SECOND / took.min();
  }
}
