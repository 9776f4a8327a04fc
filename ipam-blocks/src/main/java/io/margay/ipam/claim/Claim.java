package io.margay.ipam.claim;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Stored;
import java.time.Instant;
import java.util.Optional;

/**
 * An owner wants a block.
 *
 * @param at the time of the claim, if the block has to be created
 */
public record Claim(Owner owner, Prefix cidr, Instant at) {
  /** How a claim ends. */
  public sealed interface End {
    /** Block and affinity agree that it is the owner's. */
    record Claimed(Stored<Block> block, boolean created) implements End {}

    /** The block is another's, or nobody's any more; the owner's affinity is taken away. */
    record NotOurs(Optional<Owner> holder) implements End {}

    /** Somebody else wrote one of the objects. Beginning anew is safe, and finishes the rest. */
    record Interrupted() implements End {}
  }
}
