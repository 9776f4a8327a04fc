package io.margay.foundation.reconcile;

import java.time.Duration;

/** How long to wait after the n-th failure: doubles from {@code first} up to {@code longest}. */
public record Backoff(Duration first, Duration longest) {
  public Backoff {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("back-off from " + first + " to " + longest);
    }
  }

  /** Nanoseconds to wait after this many failures in a row, 1 or more. */
  public long nanosAfter(int failures) {
    long nanos = first.toNanos();
    for (int i = 1; i < failures && nanos < longest.toNanos(); i++) {
      nanos *= 2;
    }
    return Math.min(nanos, longest.toNanos());
  }
}
