package io.margay.bgp.speaker;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bgp-core: a mailbox, timers, and one thing to do behind each burst of them, by one thread at
 * a time. That is the core's own, or for a moment one that brings little work and finds it asleep:
 * waking it would take longer than the work.
 *
 * <p>Tasks and timers run in a <em>turn</em>. Only {@link #execute}, {@link #put}, {@link #lend}
 * and {@link #stop} may be called outside of one.
 */
final class CoreLoop implements Scheduler {
  private static final EventLog LOG = EventLog.of(CoreLoop.class);
  private static final int MOST_AT_ONCE = 256;

  /** Peers are told behind a burst: while tasks keep coming, they are not to wait for the end. */
  private static final long LONG_BURST = Duration.ofMillis(4).toNanos();

  private static final long FOREVER = Duration.ofHours(1).toNanos();

  private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
  private final TimerHeap timers = new TimerHeap();
  private final AtomicLong failures = new AtomicLong();
  private final BooleanSupplier afterBurst;
  private final Thread thread;

  /** Held in a turn. */
  private final ReentrantLock turn = new ReentrantLock();

  /** The core's own thread sleeps, or is about to look at the mailbox once more and then sleep. */
  private volatile boolean asleep;

  /** When it wakes by itself. Written in its turns. */
  private long wakesAt;

  private volatile boolean stopped;

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

  /** Puts a task into the mailbox, for the core's own thread; in order for each caller. */
  void execute(Runnable task) {
    mailbox.add(task);
    wake();
  }

  /** The same for a task of some microseconds; {@link #lend} is to follow on this thread. */
  void put(Runnable task) {
    mailbox.add(task);
  }

  /**
   * Works off the mailbox on the caller's thread while the core's own sleeps; a thread that has its
   * turn takes what was put meanwhile.
   *
   * @param fits asked in the turn: whether what is behind a burst is little, too
   */
  void lend(BooleanSupplier fits) {
    if (mailbox.isEmpty() || !asleep) {
      return;
    }
    if (!turn.tryLock()) {
      wake();
      return;
    }
    boolean more = true;
    try {
      more = !stopped && (!fits.getAsBoolean() || takeTurn() || wakesTooLate());
    } catch (Error e) {
      // It is to end the core wherever it came up: the caller's loop may live on without it.
      mailbox.add(() -> {
        throw e;
      });
    } finally {
      turn.unlock();
    }
    if (more || !mailbox.isEmpty()) {
      wake();
    }
  }

  /** Ends the loop behind what is in the mailbox, and waits for that a moment. */
  void stop() {
    execute(() -> {
      stopped = true;
      LockSupport.unpark(thread);
    });
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
    TimerHeap.Entry entry = timers.add(nanos() + Math.max(0, delay.toNanos()), task);
    return () -> timers.remove(entry);
  }

  private void run() {
    while (true) {
      long patience;
      turn.lock();
      try {
        if (stopped) {
          return;
        }
        boolean more = takeTurn();
        long now = nanos();
        patience = more ? 0 : timers.isEmpty() ? FOREVER : timers.next() - now;
        wakesAt = now + patience;
      } finally {
        turn.unlock();
      }
      if (patience > 0) {
        sleep(patience);
      }
    }
  }

  // Whoever put something before it was said that the core sleeps has not woken it: hence the look.
  private void sleep(long nanos) {
    asleep = true;
    if (mailbox.isEmpty() && !stopped) {
      LockSupport.parkNanos(this, nanos);
    }
    asleep = false;
  }

  private boolean wakesTooLate() {
    return !timers.isEmpty() && timers.next() - wakesAt < 0;
  }

  private void wake() {
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  /** A burst and what is behind it; true when there is more to do at once. */
  private boolean takeTurn() {
    long end = nanos() + LONG_BURST;
    for (int i = 0; i < MOST_AT_ONCE && nanos() - end < 0; i++) {
      Runnable task = mailbox.poll();
      if (task == null) {
        break;
      }
      guarded(task);
    }
    long now = nanos();
    for (@Nullable Runnable due = timers.takeDue(now); due != null; due = timers.takeDue(now)) {
      guarded(due);
    }
    try {
      return afterBurst.getAsBoolean();
    } catch (RuntimeException e) {
      noteFailure(e);
      return false;
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
