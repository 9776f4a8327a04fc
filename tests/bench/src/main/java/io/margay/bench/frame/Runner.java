package io.margay.bench.frame;

import io.margay.foundation.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs benches: ours and the peer by turns, so that a change of the machine's mood meets both. */
public final class Runner {
  private final OptionalInt asked;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * @param runs of each side, 1 or more; empty for as many as a bench has by itself
   * @param progress hears a line before each pair of runs has ended
   */
  public Runner(OptionalInt runs, Clock clock, Consumer<String> progress) {
    if (runs.isPresent() && runs.getAsInt() < 1) {
      throw new IllegalArgumentException(runs.getAsInt() + " runs");
    }
    this.asked = runs;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * All runs of one bench; a result for each measure that is to be shown, in that order. A side
   * that fails is not run again; what its earlier runs gave stays.
   */
  public List<Result> run(Bench bench, List<Measure> shown) {
    var ours = new Side(bench.name(), "Margay");
    var theirs = new Side(bench.name(), bench.peer().orElse("nobody"));
    int runs = asked.orElse(bench.runs());
    try (Bench.Course course = bench.open()) {
      for (int i = 1; i <= runs; i++) {
        long start = clock.nanos();
        ours.run(course::ours);
        long between = clock.nanos();
        if (bench.peer().isPresent()) {
          theirs.run(course::theirs);
        }
        long end = clock.nanos();
        progress.accept(
            "%s: run %d of %d took %s s".formatted(bench.name(), i, runs, seconds(between - start))
                + bench
                    .peer()
                    .map(peer -> ", of %s %s s".formatted(peer, seconds(end - between)))
                    .orElse(""));
      }
    }
    return shown.stream()
        .map(m -> new Result(m, bench.peer(), ours.series(m), theirs.series(m)))
        .toList();
  }

  /** What one side's runs gave, while they succeeded. */
  private final class Side {
    private final String bench;
    private final String name;
    private final Map<String, List<Double>> values = new HashMap<>();
    private boolean failed;

    Side(String bench, String name) {
      this.bench = bench;
      this.name = name;
    }

    void run(Supplier<Map<String, Double>> run) {
      if (failed) {
        return;
      }
      try {
        run.get()
            .forEach((measure, value) ->
                values.computeIfAbsent(measure, _ -> new ArrayList<>()).add(value));
      } catch (RunFailed e) {
        failed = true;
        progress.accept(bench + ": " + name + " failed and is not run again: " + e.getMessage());
      }
    }

    Optional<Series> series(Measure measure) {
      return Optional.ofNullable(values.get(measure.name())).map(Series::new);
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }
}
