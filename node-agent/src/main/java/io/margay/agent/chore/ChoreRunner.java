package io.margay.agent.chore;

import io.margay.foundation.log.EventLog;
import java.util.ArrayList;
import java.util.List;

/**
 * Does the chores while a term holds: a virtual thread each, ended with the term. Owned by one
 * thread, the election's.
 */
final class ChoreRunner {
  private static final EventLog LOG = EventLog.of(ChoreRunner.class);

  private final List<Chore> chores;
  private final List<Thread> threads = new ArrayList<>();

  ChoreRunner(List<Chore> chores) {
    this.chores = List.copyOf(chores);
  }

  /** A term begins; that of before is over. */
  void begin(Term term) {
    end();
    for (Chore chore : chores) {
      threads.add(
          Thread.ofVirtual().name("chore-" + chore.name()).start(() -> repeat(chore, term)));
    }
  }

  /** The term is over. What is being done sees that before its next write. */
  void end() {
    threads.forEach(Thread::interrupt);
    threads.clear();
  }

  private static void repeat(Chore chore, Term term) {
    try {
      while (term.holds()) {
        runOnce(chore, term);
        Thread.sleep(chore.rest());
      }
    } catch (InterruptedException e) {
      LOG.debug("chore.ended", "chore", chore.name());
    }
  }

  private static void runOnce(Chore chore, Term term) throws InterruptedException {
    try {
      chore.run(term);
    } catch (RuntimeException e) {
      LOG.error("chore.failed", e, "chore", chore.name(), "retry", chore.rest());
    }
  }
}
