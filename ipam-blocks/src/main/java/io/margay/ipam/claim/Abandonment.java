package io.margay.ipam.claim;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Owner;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An owner gives a block up, or is made to.
 *
 * @param requireEmpty not while an address of it is in use
 * @param sequenceNumber of the block that whoever asks has seen; nothing is done to a newer one
 */
public record Abandonment(
    Owner owner, Prefix cidr, boolean requireEmpty, OptionalLong sequenceNumber) {
  /** How it ends. */
  public sealed interface End {
    /** The affinity is gone, and the block too if it was empty. */
    record Abandoned(boolean blockDeleted) implements End {}

    /** The owner has no affinity for the block. */
    record NothingThere() implements End {}

    /** The block is another's; the stale affinity is taken away. */
    record NotOurs(Optional<Owner> holder) implements End {}

    record NotEmpty(List<Ip> inUse) implements End {}

    /** The block was written since. */
    record Changed() implements End {}

    /** Somebody else wrote one of the objects. Beginning anew is safe. */
    record Interrupted() implements End {}
  }
}
