package io.margay.cluster.fault;

import java.util.concurrent.TimeUnit;

/** A rate that several threads share: each waits until its bytes are through. */
final class Throttle {
  private final long nanosPerByte;
  private long free = System.nanoTime();

  Throttle(int bytesPerSecond) {
    nanosPerByte = TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
  }

  void pass(int bytes) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(due(bytes) - System.nanoTime());
  }

  private synchronized long due(int bytes) {
    free = Math.max(free, System.nanoTime()) + bytes * nanosPerByte;
    return free;
  }
}
