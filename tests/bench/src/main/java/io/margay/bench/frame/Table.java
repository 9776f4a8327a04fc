package io.margay.bench.frame;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Results for people: a line each, best runs with the medians beside them. */
public final class Table {
  private static final String ROW = "%-25s %-12s %11s %11s  %-8s %11s %11s %7s%n";

  /** Where there is no peer, or no ratio. */
  private static final String NOTHING = "-";

  private Table() {}

  /** The table with its head, each line ended. */
  public static String of(List<Result> results) {
    var text = new StringBuilder();
    text.append(
        ROW.formatted("BENCH", "UNIT", "OURS", "MEDIAN", "PEER", "THEIRS", "MEDIAN", "RATIO"));
    for (Result result : results) {
      ToDoubleFunction<Series> best = side -> side.best(result.measure().better());
      text.append(
          ROW.formatted(
              result.measure().name(),
              result.measure().unit(),
              number(result.ours(), best),
              number(result.ours(), Series::median),
              result.peer().orElse(NOTHING),
              result.peer().map(_ -> number(result.theirs(), best)).orElse(NOTHING),
              result.peer().map(_ -> number(result.theirs(), Series::median)).orElse(NOTHING),
              ratio(result)));
    }
    return text.toString();
  }

  private static String ratio(Result result) {
    OptionalDouble ratio = result.ratio();
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : NOTHING;
  }

  private static String number(Optional<Series> side, ToDoubleFunction<Series> value) {
    return side.map(series -> number(value.applyAsDouble(series))).orElse("failed");
  }

  private static String number(double value) {
    String format = value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
