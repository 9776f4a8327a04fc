package io.margay.ipam.claim;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.Occupancy;
import io.margay.ipam.block.Reserved;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which blocks an owner who needs one may try, by all blocks that exist.
 *
 * @param claimable a block that does not exist, or is his and has room
 * @param empty others' blocks that nobody uses; they may be taken over when nothing is claimable
 * @param withRoom others' blocks with a free address, to borrow from
 */
public record Candidates(Optional<Prefix> claimable, List<Block> empty, List<Block> withRoom) {
  /**
   * How long a foreign empty block is left alone after its claim: two nodes would take it from each
   * other before either has used it.
   */
  public static final Duration LEAST_AGE = Duration.ofMinutes(1);

  /**
   * Walks the pools in their order until something is claimable.
   *
   * @param existing blocks that exist, by CIDR; those marked as deleted left out
   * @param skip blocks that were tried in vain
   */
  public static Candidates among(
      List<BlockOrder> pools,
      Map<Prefix, Block> existing,
      Set<Prefix> skip,
      Owner owner,
      Reserved reserved) {
    var empty = new ArrayList<Block>();
    var withRoom = new ArrayList<Block>();
    for (BlockOrder order : pools) {
      for (Prefix cidr : order.outside(reserved)) {
        if (skip.contains(cidr)) {
          continue;
        }
        Block block = existing.get(cidr);
        if (block == null) {
          return new Candidates(Optional.of(cidr), empty, withRoom);
        }
        if (Occupancy.free(block, reserved) == 0) {
          continue;
        }
        if (block.affinity().filter(owner::equals).isPresent()) {
          return new Candidates(Optional.of(cidr), empty, withRoom);
        }
        withRoom.add(block);
        if (block.affinity().isPresent() && Occupancy.isEmpty(block)) {
          empty.add(block);
        }
      }
    }
    return new Candidates(Optional.empty(), empty, withRoom);
  }

  /** The owner has had the block long enough to use it; a claim without a time is as old as any. */
  public static boolean isOldEnough(Block block, Instant now) {
    return block
        .affinityClaimTime()
        .map(claimed -> !claimed.plus(LEAST_AGE).isAfter(now))
        .orElse(true);
  }
}
