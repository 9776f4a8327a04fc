package io.margay.bench.frame;

import io.margay.foundation.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Runs benches: ours and the peer by turns, so that a change of the machine's mood meets both. */
public final class Runner {
  private final int runs;
  private final Clock clock;
  private final Consumer<String> progress;

  /**
   * @param runs of each side, 1 or more
   * @param progress hears a line before each pair of runs has ended
   */
  public Runner(int runs, Clock clock, Consumer<String> progress) {
    if (runs < 1) {
      throw new IllegalArgumentException(runs + " runs");
    }
    this.runs = runs;
    this.clock = clock;
    this.progress = progress;
  }

  /** All runs of one bench; a result for each measure that is to be shown, in that order. */
  public List<Result> run(Bench bench, List<Measure> shown) {
    var ours = new HashMap<String, List<Double>>();
    var theirs = new HashMap<String, List<Double>>();
    try (Bench.Course course = bench.open()) {
      for (int i = 1; i <= runs; i++) {
        long start = clock.nanos();
        keep(course.ours(), ours);
        long between = clock.nanos();
        keep(course.theirs(), theirs);
        long end = clock.nanos();
        progress.accept(
            "%s: run %d of %d took %s s, of %s %s s"
                .formatted(
                    bench.name(),
                    i,
                    runs,
                    seconds(between - start),
                    bench.peer(),
                    seconds(end - between)));
      }
    }
    return shown.stream()
        .map(measure ->
            new Result(measure, bench.peer(), series(ours, measure), series(theirs, measure)))
        .toList();
  }

  private static void keep(Map<String, Double> run, Map<String, List<Double>> all) {
    run.forEach((name, value) -> all.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
  }

  private static Series series(Map<String, List<Double>> all, Measure measure) {
    return new Series(all.getOrDefault(measure.name(), List.of()));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e9);
  }
}
