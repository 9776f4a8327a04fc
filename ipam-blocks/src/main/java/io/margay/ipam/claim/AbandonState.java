package io.margay.ipam.claim;

import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Stored;

/** How far an abandonment is. Each state but the last waits for the answer to one action. */
public sealed interface AbandonState {
  /** The affinity is read. */
  record Finding() implements AbandonState {}

  /** The block is read. */
  record Loading(Stored<Affinity> affinity) implements AbandonState {}

  /** The affinity is set to pendingDeletion before the block is touched. */
  record Marking(Stored<Block> block) implements AbandonState {}

  /** The empty block is deleted. */
  record Deleting(Stored<Affinity> marked) implements AbandonState {}

  /** The block stays, its affinity is taken out of it. */
  record Disowning(Stored<Affinity> marked) implements AbandonState {}

  /** The affinity is deleted; then this is the end. */
  record Forgetting(Abandonment.End end) implements AbandonState {}

  record Ended(Abandonment.End end) implements AbandonState {}
}
