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

  /** True when a collection is worth its pause, with so many bytes for routes. */
  static boolean isDue(long usedBytes, long tableBytes) {
    return usedBytes > 2 * (tableBytes + IDLE_BYTES);
  }

  private void look() {
    try {
      collectIfDue();
    } catch (RuntimeException e) {
      LOG.error("bgpd.heap.failed", e); // the next look comes all the same
    }
  }

  private void collectIfDue() {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    // The speaker is asked only when the answer matters.
    if (isDue(used, 0)
        && Asked.soon(speaker.status())
            .map(SpeakerView::tableBytes)
            .filter(table -> isDue(used, table))
            .isPresent()) {
      System.gc();
    }
  }
}
