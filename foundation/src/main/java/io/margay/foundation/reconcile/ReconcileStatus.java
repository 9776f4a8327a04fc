package io.margay.foundation.reconcile;

import java.util.List;
import java.util.Set;

/**
 * Where a reconciler stands.
 *
 * @param desired how many items are wanted
 * @param actual how many are known to be there
 * @param pending how many differ and wait for their turn
 * @param heldRemovals how many would be removed but for a hold
 * @param holds what the hold waits for
 * @param failing what the kernel refuses
 * @param resyncs dumps so far
 * @param repaired items that a dump or an event found changed by others, so far
 * @param applied items that the kernel took, so far
 * @param version the last version asked for
 */
public record ReconcileStatus<K>(
    int desired,
    int actual,
    int pending,
    int heldRemovals,
    Set<String> holds,
    List<Failing<K>> failing,
    long resyncs,
    long repaired,
    long applied,
    long version) {

  /**
   * An item that the kernel refuses.
   *
   * @param nextTry when it is tried again, in the clock's nanoseconds
   */
  public record Failing<K>(K key, String reason, int failures, long nextTry) {}

  /** Nothing waits and nothing fails; held removals do not count. */
  public boolean inSync() {
    return pending == 0 && failing.isEmpty();
  }
}
