package io.margay.foundation.time;

/** Monotonic time. Differences mean something, single values do not. */
@FunctionalInterface
public interface Clock {
  /** Nanoseconds since an arbitrary, fixed point; never goes back. */
  long nanos();
}
