package io.margay.ipam.claim;

import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Stored;
import java.util.Optional;

/** How far a claim is. Each state but the last waits for the answer to one action. */
public sealed interface ClaimState {
  /** The affinity is created as pending; it may exist. */
  record Announcing() implements ClaimState {}

  /** It exists, and is read. */
  record Finding() implements ClaimState {}

  /** It exists, is not confirmed, and is set to pending. */
  record Renewing() implements ClaimState {}

  /** The affinity is there; the block is read. */
  record Loading(Stored<Affinity> affinity) implements ClaimState {}

  /** There is no block; the affinity goes back to pending before one is created. */
  record Preparing() implements ClaimState {}

  record Creating(Stored<Affinity> pending) implements ClaimState {}

  /** Somebody created the block first; whose is it? */
  record Inspecting(Stored<Affinity> pending) implements ClaimState {}

  /** The block is the owner's, the affinity not confirmed; it goes back to pending first. */
  record Reclaiming(Stored<Block> block) implements ClaimState {}

  /** The block is rewritten as it is: who acts on an older revision must fail. */
  record Touching(Stored<Affinity> pending) implements ClaimState {}

  record Confirming(Stored<Block> block, boolean created) implements ClaimState {}

  /** The confirmation failed; another of the owner's claims may have confirmed it. */
  record Checking(Stored<Block> block) implements ClaimState {}

  /** The block is not the owner's; its affinity goes. */
  record Withdrawing(Optional<Owner> holder) implements ClaimState {}

  record Ended(Claim.End end) implements ClaimState {}
}
