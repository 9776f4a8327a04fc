package io.margay.cni.server;

import io.margay.cni.protocol.RequestReader;
import io.margay.cni.verb.Verbs;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/** Carries out the DELs of the queue, again and again until it is empty. For virtual threads. */
final class QueueWorker {
  private static final EventLog LOG = EventLog.of(QueueWorker.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final DelQueue queue;
  private final IntConsumer queued;
  private final ReentrantLock one = new ReentrantLock();

  QueueWorker(DelQueue queue, IntConsumer queued) {
    this.queue = queue;
    this.queued = queued;
  }

  /** Returns when nothing waits any more, or the thread is interrupted. */
  void workOff(Verbs verbs) {
    one.lock();
    try {
      Duration pause = FIRST_PAUSE;
      while (!isEmptied(verbs)) {
        Thread.sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      one.unlock();
    }
  }

  // A disk that is full or worse now may be better later: what waits must not be forgotten.
  private boolean isEmptied(Verbs verbs) {
    try {
      queue.sweep(Instant.now());
      return passed(verbs);
    } catch (IOException e) {
      LOG.warn("cni.queue.unreadable", "why", e, "retry-within", LONGEST_PAUSE);
      return false;
    }
  }

  // One pass; true when nothing is left.
  private boolean passed(Verbs verbs) throws IOException {
    List<DelQueue.Entry> waiting = queue.waiting();
    int left = waiting.size();
    queued.accept(left);
    for (DelQueue.Entry entry : waiting) {
      if (isDone(entry, verbs)) {
        queue.remove(entry.file());
        queued.accept(--left);
      }
    }
    return left == 0;
  }

  private static boolean isDone(DelQueue.Entry entry, Verbs verbs) {
    Optional<RequestReader.Read> read = entry.call().map(RequestReader::read);
    if (read.isPresent() && read.get() instanceof RequestReader.Read.Good(var request)) {
      return verbs.answer(request, () -> false).exitCode() == 0;
    }
    String reason =
        read.isPresent() && read.get() instanceof RequestReader.Read.Refused(_, var error)
            ? error.msg()
            : "the file holds no call";
    // It would be refused for ever; the cluster's IPAM garbage collection finds its address.
    LOG.warn("cni.queue.dropped", "file", entry.file(), "why", reason);
    return true;
  }
}
