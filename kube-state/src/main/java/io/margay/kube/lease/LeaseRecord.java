package io.margay.kube.lease;

import java.time.Duration;
import java.time.Instant;

/**
 * A Lease of coordination.k8s.io/v1, as far as an election needs it.
 *
 * @param holder its identity; empty when it was given back
 * @param duration for so long nobody may take it from one who does not renew it; whole seconds
 * @param renewed by the holder's clock, to the microsecond; the epoch where none is written
 * @param transitions how often it went from one to another
 * @param version the object's resourceVersion; empty for one that is not stored yet
 */
public record LeaseRecord(
    String holder, Duration duration, Instant renewed, int transitions, String version) {

  /** The same content stored as another version. */
  public LeaseRecord storedAs(String next) {
    return new LeaseRecord(holder, duration, renewed, transitions, next);
  }
}
