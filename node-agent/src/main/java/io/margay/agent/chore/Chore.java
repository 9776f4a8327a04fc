package io.margay.agent.chore;

import java.time.Duration;

/** Something that one agent does for the cluster, again and again. */
public interface Chore {
  /** What logs and metrics call it: one word. */
  String name();

  /** How long to rest between two runs; the first begins with the term. */
  Duration rest();

  /**
   * One run; may wait for the API server. Before each write it asks whether the term still holds,
   * and ends when it does not: another agent may do the same by then.
   */
  void run(Term term) throws InterruptedException;
}
