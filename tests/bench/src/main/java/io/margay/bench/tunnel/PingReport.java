package io.margay.bench.tunnel;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.frame.Series;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What {@code ping} says: a line for each answer. */
final class PingReport {
  private static final Pattern ANSWER = Pattern.compile("time=([0-9.]+) ms");
  private static final double MICROS_PER_MILLI = 1000;

  private PingReport() {}

  /**
   * Microseconds to each answer.
   *
   * @param sent of so many pings half has to have one
   * @throws RunFailed when fewer have
   */
  static Series micros(String text, int sent) {
    List<Double> times = ANSWER.matcher(text).results().map(PingReport::micros).toList();
    if (times.size() * 2 < sent || times.isEmpty()) {
      throw new RunFailed("of " + sent + " pings " + times.size() + " had an answer");
    }
    return new Series(times);
  }

  private static double micros(MatchResult answer) {
    return Double.parseDouble(answer.group(1)) * MICROS_PER_MILLI;
  }
}
