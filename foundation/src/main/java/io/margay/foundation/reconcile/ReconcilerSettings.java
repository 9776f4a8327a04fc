package io.margay.foundation.reconcile;

import java.time.Duration;

/**
 * How a reconciler behaves.
 *
 * @param resync time between two dumps, moved by up to a tenth either way; Calico's default is 90 s
 * @param backoff waiting time of an item that the kernel refused
 * @param perSecond items a second on average
 * @param burst items at once; no batch is larger
 */
public record ReconcilerSettings(Duration resync, Backoff backoff, double perSecond, int burst) {
  /** Calico's interval and a rate that only a flood of changes meets. */
  public static final ReconcilerSettings DEFAULT =
      new ReconcilerSettings(
          Duration.ofSeconds(90),
          new Backoff(Duration.ofMillis(50), Duration.ofSeconds(30)),
          500_000,
          500_000);
}
