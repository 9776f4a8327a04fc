package io.margay.ipam.block;

import io.margay.foundation.addr.Ip;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Giving an address of a block away. */
public sealed interface Assignment {
  /** The block with the address in use. */
  record Given(Block block, Ip ip) implements Assignment {}

  /** Nothing is free, apart from what is reserved. */
  record Full() implements Assignment {}

  /** The address that was asked for is in use. */
  record Taken(Optional<String> handle) implements Assignment {}

  /** Gives the address that was free for the longest time; reserved ones keep their place. */
  static Assignment next(Block block, Attributes attributes, Reserved reserved) {
    for (int ordinal : block.unallocated()) {
      // A block that another program broke may list an address as free that is in use.
      boolean free = block.allocations().get(ordinal).isEmpty();
      if (free && !reserved.contains(block.ip(ordinal))) {
        return give(block, ordinal, attributes);
      }
    }
    return new Full();
  }

  /**
   * Gives this address, reserved or not.
   *
   * @throws IllegalArgumentException when it is outside of the block
   */
  static Assignment given(Block block, Ip ip, Attributes attributes) {
    int ordinal =
        block
            .ordinal(ip)
            .orElseThrow(() -> new IllegalArgumentException(ip + " is not in " + block.cidr()));
    return block
        .attributesOf(ordinal)
        .<Assignment>map(holder -> new Taken(holder.handleId()))
        .orElseGet(() -> give(block, ordinal, attributes));
  }

  private static Given give(Block block, int ordinal, Attributes attributes) {
    List<Attributes> known = block.attributes();
    int index = known.indexOf(attributes);
    if (index < 0) {
      index = known.size();
      known = new ArrayList<>(known);
      known.add(attributes);
    }
    var allocations = new ArrayList<>(block.allocations());
    allocations.set(ordinal, OptionalInt.of(index));
    var unallocated = new ArrayList<>(block.unallocated());
    unallocated.remove(Integer.valueOf(ordinal));
    var sequence = new TreeMap<>(block.sequenceNumberForAllocation());
    sequence.put(ordinal, block.sequenceNumber());
    return new Given(
        block.withOccupancy(allocations, unallocated, known, sequence), block.ip(ordinal));
  }
}
