package io.margay.bgp.session;

import io.margay.bgp.wire.UpdateRun;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs that were worked off and can be filled again, for all connections. Threads of bgp-io take,
 * bgp-core gives back.
 */
final class RunPool {
  /** Runs that are kept; each is as large as the longest read that it held. */
  private static final int KEPT = 16;

  private final ConcurrentLinkedQueue<UpdateRun> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger kept = new AtomicInteger();

  /** An empty run. */
  UpdateRun take() {
    UpdateRun run = free.poll();
    if (run == null) {
      return new UpdateRun();
    }
    kept.decrementAndGet();
    return run;
  }

  /** Nobody has the run, or anything of it, any more. */
  void give(UpdateRun run) {
    if (kept.incrementAndGet() > KEPT) {
      kept.decrementAndGet();
      return;
    }
    run.clear();
    free.add(run);
  }
}
