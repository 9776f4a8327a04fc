package io.margay.ipam.block;

import io.margay.foundation.addr.Ip;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Taking addresses of a block back. */
public sealed interface Release {
  /**
   * The block with these addresses free; the same block when there were none.
   *
   * @param byHandle how many addresses each handle lost
   */
  record Freed(Block block, List<Ip> ips, Map<String, Integer> byHandle) implements Release {}

  /** The address is another's by now; nothing was freed. */
  record OtherHandle(Ip ip, Optional<String> holder) implements Release {}

  /** The address was given anew since; nothing was freed. */
  record OtherSequenceNumber(Ip ip, OptionalLong found) implements Release {}

  /**
   * One address to free.
   *
   * @param handle whose it must still be
   * @param sequenceNumber of the allocation that is meant
   */
  record Wanted(Ip ip, Optional<String> handle, OptionalLong sequenceNumber) {}

  /** Frees all that a handle has. Calico leaves the sequence numbers of these behind. */
  static Freed ofHandle(Block block, String handle) {
    var ordinals = new TreeSet<Integer>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      if (holder(block, ordinal).filter(h -> HandleId.same(h, handle)).isPresent()) {
        ordinals.add(ordinal);
      }
    }
    return free(block, ordinals, block.sequenceNumberForAllocation());
  }

  /**
   * Frees single addresses, all or none. Those that are free already are passed over.
   *
   * @throws IllegalArgumentException when one is outside of the block
   */
  static Release ofAddresses(Block block, List<Wanted> wanted) {
    var ordinals = new TreeSet<Integer>();
    for (Wanted want : wanted) {
      int ordinal =
          block
              .ordinal(want.ip())
              .orElseThrow(
                  () -> new IllegalArgumentException(want.ip() + " is not in " + block.cidr()));
      Optional<Release> refused = whyNot(block, ordinal, want);
      if (refused.isPresent()) {
        return refused.get();
      }
      if (block.allocations().get(ordinal).isPresent()) {
        ordinals.add(ordinal);
      }
    }
    var sequence = new TreeMap<>(block.sequenceNumberForAllocation());
    sequence.keySet().removeAll(ordinals);
    return free(block, ordinals, sequence);
  }

  private static Optional<Release> whyNot(Block block, int ordinal, Wanted want) {
    if (want.sequenceNumber().isPresent()) {
      Long found = block.sequenceNumberForAllocation().get(ordinal);
      if (found == null || found != want.sequenceNumber().getAsLong()) {
        return Optional.of(
            new OtherSequenceNumber(
                want.ip(), found == null ? OptionalLong.empty() : OptionalLong.of(found)));
      }
    }
    Optional<String> holder = holder(block, ordinal);
    boolean free = block.allocations().get(ordinal).isEmpty();
    if (want.handle().isEmpty()
        || free
        || holder.filter(h -> HandleId.same(h, want.handle().get())).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(new OtherHandle(want.ip(), holder));
  }

  private static Freed free(Block block, SortedSet<Integer> ordinals, Map<Integer, Long> sequence) {
    if (ordinals.isEmpty()) {
      return new Freed(block, List.of(), Map.of());
    }
    var ips = new ArrayList<Ip>();
    var byHandle = new TreeMap<String, Integer>();
    var allocations = new ArrayList<>(block.allocations());
    var unallocated = new ArrayList<>(block.unallocated());
    for (int ordinal : ordinals) {
      holder(block, ordinal).ifPresent(h -> byHandle.merge(HandleId.clean(h), 1, Integer::sum));
      allocations.set(ordinal, OptionalInt.empty());
      unallocated.add(ordinal);
      ips.add(block.ip(ordinal));
    }
    var attributes = new ArrayList<Attributes>();
    renumber(block.attributes(), allocations, attributes);
    return new Freed(
        block.withOccupancy(allocations, unallocated, attributes, sequence), ips, byHandle);
  }

  /** Keeps the attributes that an allocation still points at, in their order, and mends indexes. */
  private static void renumber(
      List<Attributes> before, List<OptionalInt> allocations, List<Attributes> after) {
    var used = new TreeSet<Integer>();
    allocations.forEach(index -> index.ifPresent(used::add));
    var moved = new HashMap<Integer, OptionalInt>();
    for (int index : used) {
      moved.put(index, OptionalInt.of(after.size()));
      after.add(before.get(index));
    }
    allocations.replaceAll(
        index -> index.isPresent() ? moved.get(index.getAsInt()) : OptionalInt.empty());
  }

  private static Optional<String> holder(Block block, int ordinal) {
    return block.attributesOf(ordinal).flatMap(Attributes::handleId);
  }
}
