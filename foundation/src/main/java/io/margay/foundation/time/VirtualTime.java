package io.margay.foundation.time;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that stands still until it is moved. Tasks run in order of their time, equal times in order
 * of their arrival. Owned by one thread.
 */
public final class VirtualTime implements Scheduler {
  private final PriorityQueue<Entry> queue =
      new PriorityQueue<>(
          Comparator.comparingLong((Entry e) -> e.at).thenComparingLong(e -> e.number));
  private long now;
  private long nextNumber;

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    var entry = new Entry(now + Math.max(0, delay.toNanos()), nextNumber++, task);
    queue.add(entry);
    return () -> queue.remove(entry);
  }

  /** Moves time on and runs all that falls due, what it schedules included. */
  public void advance(Duration step) {
    long end = now + step.toNanos();
    while (true) {
      Entry next = queue.peek();
      if (next == null || next.at > end) {
        break;
      }
      queue.remove();
      now = next.at;
      next.task.run();
    }
    now = end;
  }

  /** True when nothing waits. */
  public boolean isIdle() {
    return queue.isEmpty();
  }

  private record Entry(long at, long number, Runnable task) {}
}
