package io.margay.agent.run;

import io.margay.foundation.time.Clock;

/** The machine's monotonic clock; the one place that reads it for the parts above. */
public enum SystemClock implements Clock {
  INSTANCE;

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
