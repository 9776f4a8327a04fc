package io.margay.bench.frame;

import java.util.OptionalDouble;

/**
 * All runs of one measure.
 *
 * @param peer who was measured beside us
 */
public record Result(Measure measure, String peer, Series ours, Series theirs) {
  public double best() {
    return ours.best(measure.better());
  }

  public double peerBest() {
    return theirs.best(measure.better());
  }

  /**
   * Our best run over the peer's: above 1 is good for a rate, below 1 for a time. Empty when the
   * peer had nothing of it.
   */
  public OptionalDouble ratio() {
    return peerBest() == 0 ? OptionalDouble.empty() : OptionalDouble.of(best() / peerBest());
  }
}
