package io.margay.bgp.rib;

import java.time.Duration;

/**
 * How many routes of a family a peer may have (RFC 4271, 6.7).
 *
 * @param most more than these are too many
 * @param warning from this share on there is a warning, in percent, 1 to 100
 */
public record PrefixLimit(int most, int warning, Action action) {
  /** Share of the limit that is worth a warning where nothing else is said. */
  public static final int WARNING = 75;

  public PrefixLimit {
    if (most < 1 || warning < 1 || warning > 100) {
      throw new IllegalArgumentException(
          "a prefix limit of " + most + " with a warning at " + warning + " %");
    }
  }

  /** What one route too many brings about. */
  public sealed interface Action {
    /** A line in the log, and no more. */
    record Warn() implements Action {}

    /** The session ends and is tried anew after a pause. */
    record Restart(Duration pause) implements Action {}

    /** The session ends and stays down until the limit is another. */
    record Stop() implements Action {}
  }

  /** The first number of routes that is worth a warning. */
  public int warningAt() {
    return (int) Math.max(1, (long) most * warning / 100);
  }
}
