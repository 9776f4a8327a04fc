package io.margay.ipam.block;

import io.margay.foundation.addr.Ip;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** How full a block is, and of whom. */
public final class Occupancy {
  private Occupancy() {}

  /** How many addresses an automatic assignment can still take. */
  public static int free(Block block, Reserved reserved) {
    if (reserved.covers(block.cidr())) {
      return 0;
    }
    int free = 0;
    for (int ordinal : block.unallocated()) {
      if (block.allocations().get(ordinal).isEmpty() && !reserved.contains(block.ip(ordinal))) {
        free++;
      }
    }
    return free;
  }

  /** Nobody has an address; what a Windows node reserves for itself does not count. */
  public static boolean isEmpty(Block block) {
    for (OptionalInt index : block.allocations()) {
      if (index.isPresent() && !isWindows(block.attributes().get(index.getAsInt()))) {
        return false;
      }
    }
    return true;
  }

  /** The addresses in use, in order, Windows' own left out. */
  public static List<Ip> inUse(Block block) {
    var ips = new ArrayList<Ip>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      if (block.attributesOf(ordinal).filter(a -> !isWindows(a)).isPresent()) {
        ips.add(block.ip(ordinal));
      }
    }
    return ips;
  }

  /** The addresses of a handle, in order. */
  public static List<Ip> of(Block block, String handle) {
    var ips = new ArrayList<Ip>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      if (block
          .attributesOf(ordinal)
          .flatMap(Attributes::handleId)
          .filter(holder -> HandleId.same(holder, handle))
          .isPresent()) {
        ips.add(block.ip(ordinal));
      }
    }
    return ips;
  }

  private static boolean isWindows(Attributes attributes) {
    return attributes.handleId().filter(HandleId.WINDOWS_RESERVED::equalsIgnoreCase).isPresent();
  }
}
