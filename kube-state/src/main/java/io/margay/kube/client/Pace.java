package io.margay.kube.client;

import io.margay.foundation.reconcile.TokenBucket;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How fast one agent may ask: a hundred pods that start at once pass, a fault of ours that asks in
 * a circle does not become the API server's. Any thread may wait; watches are not counted.
 */
final class Pace {
  private static final double PER_SECOND = 200;
  private static final double BURST = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final TokenBucket bucket = new TokenBucket(PER_SECOND, BURST, System.nanoTime());

  /** Waits until it is the caller's turn. */
  void await(String request) {
    long wait = take();
    while (wait > 0) {
      try {
        Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ApiException(request, e);
      }
      wait = take();
    }
  }

  /** Takes a turn; or nanoseconds until there may be one. */
  private long take() {
    lock.lock();
    try {
      long now = System.nanoTime();
      return bucket.take(1, now) == 1 ? 0 : Math.max(1, bucket.nanosToNext(now));
    } finally {
      lock.unlock();
    }
  }
}
