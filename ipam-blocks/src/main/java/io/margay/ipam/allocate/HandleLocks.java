package io.margay.ipam.allocate;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Keeps the release of a handle apart from assignments under it. A runtime that gave up on an ADD
 * sends the DEL while the ADD still runs; without this, the DEL would find the handle raised and
 * the block untouched, take the count away, and the ADD would write an address that nobody can
 * release.
 *
 * <p>Handles share a fixed number of locks; two that meet in one only wait for each other.
 */
final class HandleLocks {
  private static final int STRIPES = 1024;

  private final ReentrantReadWriteLock[] stripes = new ReentrantReadWriteLock[STRIPES];

  HandleLocks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantReadWriteLock();
    }
  }

  /** Beside other assignments. */
  <T> T shared(String handle, Supplier<T> work) {
    return within(stripe(handle).readLock(), work);
  }

  /** Alone. */
  <T> T alone(String handle, Supplier<T> work) {
    return within(stripe(handle).writeLock(), work);
  }

  private ReentrantReadWriteLock stripe(String handle) {
    return stripes[Math.floorMod(handle.hashCode(), STRIPES)];
  }

  private static <T> T within(Lock lock, Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
