package io.margay.bench.frame;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Results for people: a line each, best runs with the medians beside them. */
public final class Table {
  private static final String ROW = "%-18s %-9s %11s %11s  %-8s %11s %11s %7s%n";

  private Table() {}

  /** The table with its head, each line ended. */
  public static String of(List<Result> results) {
    var text = new StringBuilder();
    text.append(
        ROW.formatted("BENCH", "UNIT", "OURS", "MEDIAN", "PEER", "THEIRS", "MEDIAN", "RATIO"));
    for (Result result : results) {
      text.append(
          ROW.formatted(
              result.measure().name(),
              result.measure().unit(),
              number(result.best()),
              number(result.ours().median()),
              result.peer(),
              number(result.peerBest()),
              number(result.theirs().median()),
              ratio(result)));
    }
    return text.toString();
  }

  private static String ratio(Result result) {
    OptionalDouble ratio = result.ratio();
    return ratio.isPresent() ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble()) : "-";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1000 ? "%,.1f" : "%,.0f", value);
  }
}
