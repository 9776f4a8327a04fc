package io.margay.kube.warm;

import io.margay.foundation.log.EventLog;
import io.margay.kube.image.ClusterImage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the newest image to its file, on a thread named {@code warm}. Images that come while it
 * waits or writes replace each other; of its time it writes a fiftieth, but it never rests longer
 * than half a minute.
 */
public final class WarmWriter implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(WarmWriter.class);

  /** What is missing from the file when the machine goes down, at least. */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private static final int SHARE = 50;

  /** On a busy machine a write takes long; what a node remembers must not get old by that. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final WarmFile file;
  private final InstantSource clock;
  private final Duration settle;
  private final Thread thread = Thread.ofPlatform().name("warm").daemon().unstarted(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final LongAdder written = new LongAdder();
  private final LongAdder failed = new LongAdder();

  // Under the lock.
  private @Nullable ClusterImage next;
  private boolean closing;

  // Owned by the thread.
  private boolean failing;

  private WarmWriter(WarmFile file, InstantSource clock, Duration settle) {
    this.file = file;
    this.clock = clock;
    this.settle = settle;
  }

  /** Begins; nothing is written before the first image. */
  public static WarmWriter start(WarmFile file, InstantSource clock) {
    return start(file, clock, SETTLE);
  }

  static WarmWriter start(WarmFile file, InstantSource clock, Duration settle) {
    var writer = new WarmWriter(file, clock, settle);
    writer.thread.start();
    return writer;
  }

  /** The cluster is so now; returns at once. */
  public void offer(ClusterImage image) {
    lock.lock();
    try {
      next = image;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Files written since the start. */
  public long written() {
    return written.sum();
  }

  /** Tries that failed since the start. */
  public long failed() {
    return failed.sum();
  }

  /** Writes what was offered last, if that is not done, and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      long notBefore = System.nanoTime();
      boolean first = true;
      for (ClusterImage image = take(notBefore); image != null; image = take(notBefore)) {
        long begin = System.nanoTime();
        write(image);
        long end = System.nanoTime();
        notBefore = end + pause(Duration.ofNanos(end - begin), first).toNanos();
        first = false;
      }
    } catch (InterruptedException e) {
      LOG.debug("kube.warm.closed");
    }
  }

  /**
   * How long nothing is written after a write. The first one tells little: its code was not loaded
   * yet, and it comes when a node has just begun to write its own addresses.
   */
  static Duration pause(Duration took, boolean first) {
    Duration share = first ? Duration.ZERO : took.multipliedBy(SHARE);
    return share.compareTo(LONGEST_PAUSE) < 0 ? share : LONGEST_PAUSE;
  }

  /** The newest image, once there is one, it has settled and the pause is over; null at the end. */
  private @Nullable ClusterImage take(long notBefore) throws InterruptedException {
    lock.lock();
    try {
      while (next == null && !closing) {
        changed.await();
      }
      long left = Math.max(settle.toNanos(), notBefore - System.nanoTime());
      while (!closing && left > 0) {
        left = changed.awaitNanos(left);
      }
      ClusterImage image = next;
      next = null;
      return image;
    } finally {
      lock.unlock();
    }
  }

  private void write(ClusterImage image) {
    try {
      long bytes = file.write(image, clock.instant());
      written.increment();
      LOG.debug("kube.warm.written", "file", file.path(), "bytes", bytes);
      if (failing) {
        failing = false;
        LOG.info("kube.warm.back", "file", file.path());
      }
    } catch (IOException e) {
      failed.increment();
      if (!failing) {
        failing = true;
        LOG.warn(
            "kube.warm.failed",
            "file",
            file.path(),
            "why",
            e,
            "effect",
            "a start without the API server uses an older image");
      }
    }
  }
}
