package io.margay.ipam.store;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Calico's IPAMBlock: a small network and who has which of its addresses. An address goes by its
 * ordinal, its distance from the first one. {@code strictAffinity} of the stored form is deprecated
 * and always false, so it has no place here; a writer writes it.
 *
 * @param affinity who may claim its free addresses first; empty for a block that its owner left
 * @param affinityClaimTime when the owner claimed it; older Calico versions leave it out
 * @param allocations for each ordinal its index into {@code attributes}, empty for a free address
 * @param unallocated free ordinals, the next to be given first
 * @param attributes what is known of the allocations, one entry for all that are alike
 * @param sequenceNumber raised with each write
 * @param sequenceNumberForAllocation by ordinal, the block's number when it was given; keys of free
 *     ordinals may be left over
 * @param deleted first phase of the deletion is done; a reader finishes it
 */
public record Block(
    Prefix cidr,
    Optional<Owner> affinity,
    Optional<Instant> affinityClaimTime,
    List<OptionalInt> allocations,
    List<Integer> unallocated,
    List<Attributes> attributes,
    long sequenceNumber,
    Map<Integer, Long> sequenceNumberForAllocation,
    boolean deleted)
    implements Deletable<Block> {

  /**
   * What is known of an allocation.
   *
   * @param handleId {@code handle_id}; who may release it
   * @param activeOwner {@code secondary}: pod, namespace, node, type, timestamp
   * @param alternateOwner {@code alternateOwnerAttrs}: a live migration's other end
   */
  public record Attributes(
      Optional<String> handleId,
      Map<String, String> activeOwner,
      Map<String, String> alternateOwner) {
    public Attributes {
      activeOwner = sorted(activeOwner);
      alternateOwner = sorted(alternateOwner);
    }

    /** Attributes of an allocation with one owner. */
    public static Attributes of(String handleId, Map<String, String> activeOwner) {
      return new Attributes(Optional.of(handleId), activeOwner, Map.of());
    }
  }

  /**
   * Checks what all functions over blocks rely on; a reader of stored blocks checks it first.
   *
   * @throws IllegalArgumentException when there is not one allocation per address, or an index
   *     points at no attribute, or a free ordinal is outside the block
   */
  public Block {
    allocations = List.copyOf(allocations);
    unallocated = List.copyOf(unallocated);
    attributes = List.copyOf(attributes);
    sequenceNumberForAllocation = sorted(sequenceNumberForAllocation);
    if (allocations.size() != cidr.size()) {
      throw new IllegalArgumentException(
          "block " + cidr + " has " + allocations.size() + " allocations");
    }
    for (OptionalInt index : allocations) {
      if (index.isPresent() && (index.getAsInt() < 0 || index.getAsInt() >= attributes.size())) {
        throw new IllegalArgumentException(
            "block " + cidr + " has no attribute " + index.getAsInt());
      }
    }
    for (int ordinal : unallocated) {
      if (ordinal < 0 || ordinal >= allocations.size()) {
        throw new IllegalArgumentException("block " + cidr + " has no ordinal " + ordinal);
      }
    }
  }

  /** The address of an ordinal. */
  public Ip ip(int ordinal) {
    return cidr.address().plus(ordinal);
  }

  /** The ordinal of an address; empty when it is outside of this block. */
  public OptionalInt ordinal(Ip ip) {
    return cidr.contains(ip)
        ? OptionalInt.of((int) (lowBits(ip) - lowBits(cidr.address())))
        : OptionalInt.empty();
  }

  // A block is never larger than 2^31 addresses: its list of allocations holds one each.
  private static long lowBits(Ip ip) {
    return switch (ip) {
      case Ip4 v4 -> v4.bits();
      case Ip6 v6 -> v6.low();
    };
  }

  /** What is known of the allocation of an ordinal; empty when it is free. */
  public Optional<Attributes> attributesOf(int ordinal) {
    OptionalInt index = allocations.get(ordinal);
    return index.isPresent() ? Optional.of(attributes.get(index.getAsInt())) : Optional.empty();
  }

  /** This block with other addresses in use. */
  public Block withOccupancy(
      List<OptionalInt> allocations,
      List<Integer> unallocated,
      List<Attributes> attributes,
      Map<Integer, Long> sequenceNumberForAllocation) {
    return new Block(
        cidr,
        affinity,
        affinityClaimTime,
        allocations,
        unallocated,
        attributes,
        sequenceNumber,
        sequenceNumberForAllocation,
        deleted);
  }

  /** This block without an owner; its addresses stay in use. */
  public Block withoutAffinity() {
    return new Block(
        cidr,
        Optional.empty(),
        Optional.empty(),
        allocations,
        unallocated,
        attributes,
        sequenceNumber,
        sequenceNumberForAllocation,
        deleted);
  }

  /** This block as an update writes it: with the next sequence number. */
  public Block withNextSequenceNumber() {
    return new Block(
        cidr,
        affinity,
        affinityClaimTime,
        allocations,
        unallocated,
        attributes,
        sequenceNumber + 1,
        sequenceNumberForAllocation,
        deleted);
  }

  /** This block with the mark; a deletion's first phase does not count as an update. */
  @Override
  public Block markedDeleted() {
    return new Block(
        cidr,
        affinity,
        affinityClaimTime,
        allocations,
        unallocated,
        attributes,
        sequenceNumber,
        sequenceNumberForAllocation,
        true);
  }

  private static <K extends Comparable<K>, V> Map<K, V> sorted(Map<K, V> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
