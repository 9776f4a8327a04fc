package io.margay.bench.frame;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Results for people: a line each, best runs with the medians beside them. */
public final class Table {
  /** Cells behind the name. */
  private static final String CELLS = " %-12s %11s %11s  %-8s %11s %11s %7s%n";

  private static final List<String> HEAD =
      List.of("BENCH", "UNIT", "OURS", "MEDIAN", "PEER", "THEIRS", "MEDIAN", "RATIO");

  private static final int SHORTEST = 25;

  /** Ratios below it would be much the same with two decimals. */
  private static final double SMALL = 0.1;

  /** Where there is no peer, or no ratio. */
  private static final String NOTHING = "-";

  private Table() {}

  /** The table with its head, each line ended. */
  public static String of(List<Result> results) {
    int names =
        results.stream()
            .mapToInt(result -> result.measure().name().length())
            .reduce(SHORTEST, Math::max);
    String row = "%-" + names + "s" + CELLS;
    var text = new StringBuilder(row.formatted(HEAD.toArray()));
    results.forEach(result -> text.append(row.formatted(cells(result).toArray())));
    return text.toString();
  }

  /** A result's line: name, unit, our best and median, the peer, its best and median, ratio. */
  static List<String> cells(Result result) {
    ToDoubleFunction<Series> best = side -> side.best(result.measure().better());
    return List.of(
        result.measure().name(),
        result.measure().unit(),
        number(result.ours(), best),
        number(result.ours(), Series::median),
        result.peer().orElse(NOTHING),
        result.peer().map(_ -> number(result.theirs(), best)).orElse(NOTHING),
        result.peer().map(_ -> number(result.theirs(), Series::median)).orElse(NOTHING),
        ratio(result));
  }

  private static String ratio(Result result) {
    OptionalDouble ratio = result.ratio();
    if (ratio.isEmpty()) {
      return NOTHING;
    }
    double value = ratio.getAsDouble();
    return String.format(Locale.ROOT, value < SMALL ? "%.3f" : "%.2f", value);
  }

  private static String number(Optional<Series> side, ToDoubleFunction<Series> value) {
    return side.map(series -> number(value.applyAsDouble(series))).orElse("failed");
  }

  private static String number(double value) {
    String format = value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%,.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
