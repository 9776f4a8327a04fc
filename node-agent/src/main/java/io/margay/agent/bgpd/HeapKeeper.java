package io.margay.agent.bgpd;

import io.margay.agent.run.Asked;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.log.EventLog;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back when more of the heap is nobody's than the routes need. A serial collector that
 * may grow collects its old space only when that is as large as it may be: after a table that came
 * and went twice the process would hold three. See docs/decisions/0270.
 */
final class HeapKeeper {
  private static final EventLog LOG = EventLog.of(HeapKeeper.class);
  private static final long PERIOD_SECONDS = 2;

  /** What a speaker without routes takes, and what is not worth a collection. */
  private static final long IDLE_BYTES = 32 << 20;

  private final Speaker speaker;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("heap").daemon().factory());

  private Use last = new Use(0, 0);

  private HeapKeeper(Speaker speaker) {
    this.speaker = speaker;
  }

  /** Looks after the heap as long as the process lives. */
  static void start(Speaker speaker) {
    var keeper = new HeapKeeper(speaker);
    var _ =
        keeper.clock.scheduleWithFixedDelay(
            keeper::look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * True when a collection is worth its pause: more than half is nobody's. What else lives than
   * routes, as those that are installed, is known from what the last collection left, for as long
   * as the routes are not far fewer by now.
   *
   * @param last what was in use behind the last collection, and of that for routes
   */
  static boolean isDue(Use now, Use last) {
    boolean fewer = 2 * now.tableBytes < last.tableBytes;
    long living = now.tableBytes + IDLE_BYTES;
    return now.usedBytes > 2 * (fewer ? living : Math.max(living, last.usedBytes));
  }

  /** Bytes of the heap that are in use or nobody's, and how many routes need. */
  record Use(long usedBytes, long tableBytes) {}

  private void look() {
    try {
      collectIfDue();
    } catch (RuntimeException e) {
      LOG.error("bgpd.heap.failed", e); // the next look comes all the same
    }
  }

  private void collectIfDue() {
    // The speaker is asked only when the answer matters.
    if (used() > 2 * IDLE_BYTES) {
      Asked.soon(speaker.status()).map(SpeakerView::tableBytes).ifPresent(this::collectIfDue);
    }
  }

  private void collectIfDue(long tableBytes) {
    if (isDue(new Use(used(), tableBytes), last)) {
      System.gc();
      last = new Use(used(), tableBytes);
    }
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
