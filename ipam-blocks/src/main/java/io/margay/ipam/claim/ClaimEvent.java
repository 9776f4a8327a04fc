package io.margay.ipam.claim;

import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Optional;

/** What came of an action. */
public sealed interface ClaimEvent {
  /** Objects marked as deleted read as absent. */
  record AffinityRead(Optional<Stored<Affinity>> found) implements ClaimEvent {}

  /** Objects marked as deleted read as absent. */
  record BlockRead(Optional<Stored<Block>> found) implements ClaimEvent {}

  record AffinityWritten(WriteOutcome<Affinity> outcome) implements ClaimEvent {}

  record BlockWritten(WriteOutcome<Block> outcome) implements ClaimEvent {}

  record AffinityDeleted(DeleteOutcome outcome) implements ClaimEvent {}

  record BlockDeleted(DeleteOutcome outcome) implements ClaimEvent {}
}
