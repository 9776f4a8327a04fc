package io.margay.bench.frame;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All runs of one measure.
 *
 * @param peer who was measured beside us; empty when nobody was
 * @param ours empty when no run of ours succeeded
 * @param theirs empty when no run of the peer succeeded, or there is none
 */
public record Result(
    Measure measure, Optional<String> peer, Optional<Series> ours, Optional<Series> theirs) {
  /**
   * Our best run over the peer's: above 1 is good for a rate, below 1 for a time. Empty when the
   * peer had nothing of it, or one of both had no run.
   */
  public OptionalDouble ratio() {
    if (ours.isEmpty() || theirs.isEmpty() || best(theirs) == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(best(ours) / best(theirs));
  }

  /** Whether each side that there is has a value. */
  public boolean isWhole() {
    return ours.isPresent() && (theirs.isPresent() || peer.isEmpty());
  }

  private double best(Optional<Series> side) {
    return side.orElseThrow().best(measure.better());
  }
}
