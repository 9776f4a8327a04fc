package io.margay.agent.run;

import java.time.Duration;

/**
 * When this node's address is to be looked for: by an interval, whatever happens meanwhile, and
 * soon when it was replaced. Times are the clock's nanoseconds. Owned by one thread.
 */
final class NodeAddressTimes {
  /** From one attempt to the next, at least. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private final long interval;

  /** Due then without any cause. */
  private long poll;

  /** Before that nothing is due. */
  private long free;

  NodeAddressTimes(Duration interval, long now) {
    this.interval = interval.toNanos();
    this.poll = now + this.interval;
    this.free = now;
  }

  /** Nanoseconds until an attempt is due; it is now where they are not positive. */
  long untilDue(boolean replaced, long now) {
    return replaced ? Math.min(free - now, poll - now) : poll - now;
  }

  /**
   * An attempt has ended.
   *
   * @param done false when it is to be made again. One for a replaced address is, if that is true
   *     then still: its failure is no reason to move a node whose link is down meanwhile.
   */
  void attempted(boolean done, long now) {
    free = now + PAUSE.toNanos();
    if (done) {
      poll = now + interval;
    } else if (poll - now <= 0) {
      poll = free;
    }
  }
}
