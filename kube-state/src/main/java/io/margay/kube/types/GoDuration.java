package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Durations as Go writes them in Calico's objects: {@code 120s}, {@code 1m30s}, {@code 1.5h}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{0,9})?)(ns|us|µs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** Rounded to whole seconds, as confd writes times into BIRD's configuration. */
  static Optional<Duration> seconds(Tree tree, int least, int most) {
    return tree.parsed(
        text ->
            parse(text)
                .map(exact -> Duration.ofSeconds(exact.plusMillis(500).toSeconds()))
                .filter(time -> time.toSeconds() >= least && time.toSeconds() <= most),
        "a duration of " + least + "s to " + most + "s");
  }

  /** Reads a duration that is not negative; empty when the text is anything else. */
  public static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    var matcher = PART.matcher(text);
    var nanos = BigDecimal.ZERO;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      var unit = BigDecimal.valueOf(NANOS.getOrDefault(matcher.group(2), 0L));
      nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(unit));
      end = matcher.end();
    }
    boolean whole = end > 0 && end == text.length();
    return whole && nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
        ? Optional.of(Duration.ofNanos(nanos.longValue()))
        : Optional.empty();
  }
}
