package io.margay.bgp.speaker;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bgp-core thread: a mailbox, timers, and one thing to do behind each burst of them. Only
 * {@link #execute} and {@link #stop} may be called from other threads.
 */
final class CoreLoop implements Scheduler {
  private static final EventLog LOG = EventLog.of(CoreLoop.class);
  private static final int MOST_AT_ONCE = 256;
  private static final Duration FOREVER = Duration.ofHours(1);

  private final LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
  private final PriorityQueue<Entry> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Entry e) -> e.at).thenComparingLong(e -> e.number));
  private final AtomicLong failures = new AtomicLong();
  private final BooleanSupplier afterBurst;
  private final Thread thread;
  private volatile boolean stopped;
  private long nextNumber;

  private record Entry(long at, long number, Runnable task) {}

  /**
   * A loop that is not started.
   *
   * @param afterBurst runs when the mailbox was worked off; true when it has more to do
   */
  CoreLoop(BooleanSupplier afterBurst) {
    this.afterBurst = afterBurst;
    this.thread = new Thread(this::run, "bgp-core");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Puts a task into the mailbox; in order for each caller. */
  void execute(Runnable task) {
    mailbox.add(task);
  }

  /** Ends the loop behind what is in the mailbox, and waits for that a moment. */
  void stop() {
    execute(() -> stopped = true);
    try {
      thread.join(Duration.ofSeconds(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tasks that ended in an exception: each is a fault of ours. */
  long failures() {
    return failures.get();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Task after(Duration delay, Runnable task) {
    var entry = new Entry(nanos() + Math.max(0, delay.toNanos()), nextNumber++, task);
    timers.add(entry);
    return () -> timers.remove(entry);
  }

  private void run() {
    var burst = new ArrayList<Runnable>(MOST_AT_ONCE);
    boolean more = false;
    while (!stopped) {
      try {
        take(burst, more ? Duration.ZERO : untilNextTimer());
        burst.forEach(this::guarded);
        burst.clear();
        runDueTimers();
        more = afterBurst.getAsBoolean();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        noteFailure(e);
      }
    }
  }

  private void take(List<Runnable> burst, Duration patience) throws InterruptedException {
    Runnable first =
        patience.isZero() ? mailbox.poll() : mailbox.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      burst.add(first);
      mailbox.drainTo(burst, MOST_AT_ONCE - 1);
    }
  }

  private Duration untilNextTimer() {
    Entry next = timers.peek();
    return next == null ? FOREVER : Duration.ofNanos(Math.max(0, next.at - nanos()));
  }

  private void runDueTimers() {
    long now = nanos();
    for (@Nullable Entry next = timers.peek(); next != null && next.at - now <= 0; ) {
      timers.remove(next);
      guarded(next.task);
      next = timers.peek();
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      noteFailure(e);
    }
  }

  private void noteFailure(RuntimeException e) {
    failures.incrementAndGet();
    LOG.error("bgp.core.failed", e);
  }
}
