package io.margay.ipam.block;

import io.margay.ipam.store.Block;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/** What must be true of a block beyond its shape. Writers check it when asserts are on. */
public final class BlockFaults {
  private BlockFaults() {}

  /** All that is wrong, each a sentence; none for a sound block. */
  public static List<String> of(Block block) {
    var faults = new ArrayList<String>();
    var free = new HashSet<Integer>();
    for (int ordinal : block.unallocated()) {
      if (!free.add(ordinal)) {
        faults.add("ordinal " + ordinal + " is twice in unallocated");
      }
    }
    var used = new HashSet<Integer>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      OptionalInt index = block.allocations().get(ordinal);
      index.ifPresent(used::add);
      if (index.isPresent() == free.contains(ordinal)) {
        faults.add(
            "ordinal " + ordinal + " is " + (index.isPresent() ? "allocated and free" : "neither"));
      }
    }
    for (int index = 0; index < block.attributes().size(); index++) {
      if (!used.contains(index)) {
        faults.add("attribute " + index + " belongs to no allocation");
      }
    }
    block
        .sequenceNumberForAllocation()
        .forEach((ordinal, number) -> {
          if (number > block.sequenceNumber()) {
            faults.add("ordinal " + ordinal + " was given at " + number + ", in the future");
          }
        });
    return faults;
  }
}
