package io.margay.ipam.claim;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Revision;
import io.margay.ipam.store.Stored;

/** What a machine wants done next; its result comes back as a {@link ClaimEvent}. */
public sealed interface ClaimAction {
  record ReadAffinity(Affinity.Key key) implements ClaimAction {}

  record CreateAffinity(Affinity affinity) implements ClaimAction {}

  record UpdateAffinity(Affinity affinity, Revision revision) implements ClaimAction {}

  /** In two phases. */
  record DeleteAffinity(Stored<Affinity> affinity) implements ClaimAction {}

  record ReadBlock(Prefix cidr) implements ClaimAction {}

  record CreateBlock(Block block) implements ClaimAction {}

  /** The block has its next sequence number already. */
  record UpdateBlock(Block block, Revision revision) implements ClaimAction {}

  /** In two phases. */
  record DeleteBlock(Stored<Block> block) implements ClaimAction {}
}
