package io.margay.foundation.time;

import java.time.Duration;

/** Runs something later on the thread that owns the scheduler. */
public interface Scheduler extends Clock {
  /** Runs the task once after the delay, unless cancelled before. A delay of zero means: next. */
  Task after(Duration delay, Runnable task);

  /** Something that waits for its time. */
  @FunctionalInterface
  interface Task {
    /** Stops it from running; does nothing when it has run or was cancelled. */
    void cancel();
  }
}
