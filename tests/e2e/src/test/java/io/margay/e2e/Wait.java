package io.margay.e2e;

import java.time.Duration;

/** Waits for what has to become true. */
final class Wait {
  /** Long enough for a loaded machine; who waits that long has failed. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Duration LOOK = Duration.ofMillis(50);

  private Wait() {}

  /** Something that is to become true. */
  interface Check {
    boolean holds() throws Exception;
  }

  static void until(String what, Check check) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("after " + LIMIT.toSeconds() + " s not yet: " + what);
      }
      Thread.sleep(LOOK);
    }
  }
}
