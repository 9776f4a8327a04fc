package io.margay.agent.run;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/**
 * Does what has to succeed before the agent is whole. Work that throws is logged, shown by {@link
 * #trouble} and done again after a growing pause, so it must be safe to do again. Any thread may
 * call.
 */
final class Retries {
  private static final EventLog LOG = EventLog.of(Retries.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /** A failure that goes on is told once in so many attempts. */
  private static final int TOLD_EVERY = 100;

  private final Pause pause;
  private final Map<String, String> troubles = new ConcurrentSkipListMap<>();

  /** Something that may wait, and may be done more than once. */
  @FunctionalInterface
  interface Work {
    void run() throws InterruptedException;
  }

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void pass(Duration time) throws InterruptedException;
  }

  Retries(Pause pause) {
    this.pause = pause;
  }

  /** Begins on a thread of its own, named as the work is; returns at once. */
  void begin(String name, Work work) {
    Thread.ofVirtual().name(name).start(() -> untilDone(name, work, 0));
  }

  /**
   * Does it now; when that fails, what follows does not wait for it: it is tried again on a thread
   * of its own.
   */
  void runNow(String name, Work work) throws InterruptedException {
    if (!attempt(name, work, 1)) {
      Thread.ofVirtual().name(name).start(() -> untilDone(name, work, 1));
    }
  }

  /** What fails at present and why, for health; empty when nothing does. */
  Optional<String> trouble() {
    return troubles.isEmpty()
        ? Optional.empty()
        : Optional.of(
            troubles.entrySet().stream()
                .map(e -> e.getKey() + " fails: " + e.getValue())
                .collect(Collectors.joining("; ")));
  }

  private void untilDone(String name, Work work, int failedBefore) {
    try {
      for (int failures = failedBefore; ; failures++) {
        if (failures > 0) {
          pause.pass(Duration.ofNanos(BACKOFF.nanosAfter(failures)));
        }
        if (attempt(name, work, failures + 1)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean attempt(String name, Work work, int number) throws InterruptedException {
    try {
      work.run();
    } catch (RuntimeException e) {
      troubles.put(name, number + " times, " + e);
      if (number == 1 || number % TOLD_EVERY == 0) {
        LOG.error("start.work.failed", e, "work", name, "times", number);
      }
      return false;
    }
    troubles.remove(name);
    if (number > 1) {
      LOG.info("start.work.recovered", "work", name, "attempts", number);
    }
    return true;
  }
}
