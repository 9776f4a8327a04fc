package io.margay.ipam.allocate;

import java.util.concurrent.atomic.LongAdder;

/**
 * What an allocator has done since it was made.
 *
 * @param assigned addresses given
 * @param released addresses taken back
 * @param refused requests that got none
 * @param blockWrites compare-and-swaps on blocks by assignments and releases; {@code (assigned +
 *     released) / blockWrites} is what group commit saves
 * @param conflicts of them, how many failed because somebody else wrote
 * @param claimed blocks claimed
 * @param stolen of them, how many were another node's, empty
 */
public record AllocatorStats(
    long assigned,
    long released,
    long refused,
    long blockWrites,
    long conflicts,
    long claimed,
    long stolen) {
  /** The counters themselves. */
  static final class Counters {
    final LongAdder assigned = new LongAdder();
    final LongAdder released = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder conflicts = new LongAdder();
    final LongAdder claimed = new LongAdder();
    final LongAdder stolen = new LongAdder();

    AllocatorStats snapshot() {
      return new AllocatorStats(
          assigned.sum(),
          released.sum(),
          refused.sum(),
          writes.sum(),
          conflicts.sum(),
          claimed.sum(),
          stolen.sum());
    }
  }
}
