package io.margay.bench.frame;

import java.util.List;
import java.util.Locale;

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
              String.format(Locale.ROOT, "%.2f", result.ratio())));
    }
    return text.toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1000 ? "%,.1f" : "%,.0f", value);
  }
}
