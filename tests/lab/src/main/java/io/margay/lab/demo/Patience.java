package io.margay.lab.demo;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Waiting for something to become true, with a limit. */
final class Patience {
  private Patience() {}

  /**
   * Looks again and again until nothing is missing.
   *
   * @param missing what is missing now
   * @return what was missing at the end: nothing, when it came in time
   */
  static List<String> until(Supplier<List<String>> missing, Duration limit, Duration pause)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    List<String> still = missing.get();
    while (!still.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(pause);
      still = missing.get();
    }
    return still;
  }
}
