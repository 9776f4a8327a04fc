package io.margay.ipam.allocate;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One read for all who want it at a time. Nobody gets what was read before he asked: while a read
 * is under way, all that arrive share the next one.
 */
final class SharedRead<T> {
  private final Supplier<T> read;
  private final AtomicLong arrivals = new AtomicLong();
  private final ReentrantLock reading = new ReentrantLock();
  private long served;
  private @Nullable T newest;

  SharedRead(Supplier<T> read) {
    this.read = read;
  }

  T get() {
    long mine = arrivals.incrementAndGet();
    reading.lock();
    try {
      T value = newest;
      if (value == null || served < mine) {
        long now = arrivals.get();
        value = read.get();
        newest = value;
        served = now;
      }
      return value;
    } finally {
      reading.unlock();
    }
  }
}
