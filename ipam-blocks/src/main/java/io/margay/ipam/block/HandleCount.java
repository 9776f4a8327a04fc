package io.margay.ipam.block;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Handle;
import java.util.TreeMap;

/** Counting a handle's addresses by block: raised before the block is written, lowered after. */
public sealed interface HandleCount {
  /** The handle still has addresses. */
  record Lowered(Handle handle) implements HandleCount {}

  /** That was the last; the handle has to be deleted. */
  record Emptied() implements HandleCount {}

  /** The handle says less than what should be taken from it; it stays as it is. */
  record TooFew(Prefix block, int found, int wanted) implements HandleCount {}

  /** One more address in this block. */
  static Handle raise(Handle handle, Prefix block) {
    var blocks = new TreeMap<>(handle.blocks());
    blocks.merge(block, 1, Integer::sum);
    return new Handle(handle.id(), blocks, handle.deleted());
  }

  /** So many addresses less in this block. */
  static HandleCount lower(Handle handle, Prefix block, int count) {
    int found = handle.blocks().getOrDefault(block, 0);
    if (found < count) {
      return new TooFew(block, found, count);
    }
    var blocks = new TreeMap<>(handle.blocks());
    if (found == count) {
      blocks.remove(block);
    } else {
      blocks.put(block, found - count);
    }
    return blocks.isEmpty()
        ? new Emptied()
        : new Lowered(new Handle(handle.id(), blocks, handle.deleted()));
  }
}
