package io.margay.bench.jmh;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import io.margay.bench.frame.RunFailed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One method that JMH measures. A run is a fresh process, and its value the best of the calls that
 * were measured there.
 *
 * @param name of the time; that of the heap ends with {@code .alloc}
 * @param method with its class's full name
 * @param each what time and heap are counted for
 * @param jvmOptions the speaker's, as the file that java is given
 */
record JmhBench(String name, String method, String each, Path jvmOptions) implements Bench {
  /** What JMH calls the bytes that a call allocates, each operation's share. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Override
  public Optional<String> peer() {
    return Optional.empty();
  }

  @Override
  public List<Measure> measures() {
    return List.of(
        new Measure(name, "ns/" + each, Measure.Better.LOWER),
        new Measure(name + ".alloc", "B/" + each, Measure.Better.LOWER));
  }

  /** A process is a measurement of several calls already. */
  @Override
  public int runs() {
    return 1;
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Course open() {
    return new Course() {
      @Override
      public Map<String, Double> ours() {
        List<IterationResult> calls = measured(run());
        return Map.of(
            name,
            least(calls.stream().mapToDouble(call -> call.getPrimaryResult().getScore())),
            name + ".alloc",
            least(
                calls.stream()
                    .flatMap(call -> call.getSecondaryResults().values().stream())
                    .filter(result -> result.getLabel().equals(ALLOCATED))
                    .mapToDouble(result -> result.getScore())));
      }

      @Override
      public Map<String, Double> theirs() {
        throw new IllegalStateException("nobody is measured beside " + name);
      }

      @Override
      public void close() {}
    };
  }

  private Collection<RunResult> run() {
    Options options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(method) + "$")
            .forks(1)
            .jvmArgs("@" + jvmOptions)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      return new Runner(options).run();
    } catch (RunnerException e) {
      throw new RunFailed(method + ": " + e.getMessage());
    }
  }

  private static List<IterationResult> measured(Collection<RunResult> results) {
    var calls = new ArrayList<IterationResult>();
    for (RunResult result : results) {
      result.getBenchmarkResults().forEach(fork -> calls.addAll(fork.getIterationResults()));
    }
    return calls;
  }

  private double least(DoubleStream values) {
    return values.min().orElseThrow(() -> new RunFailed("JMH measured no call of " + method));
  }
}
