package io.margay.kube.types;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Reservation;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads Calico's IPAM objects into the records that ipam-blocks works on. */
public final class IpamReader {
  private static final Map<String, Affinity.State> STATES =
      Words.of(
          "confirmed", Affinity.State.CONFIRMED,
          "pending", Affinity.State.PENDING,
          "pendingDeletion", Affinity.State.PENDING_DELETION);
  private static final Map<String, Boolean> FLAG_TEXTS = Words.of("true", true, "false", false);

  private IpamReader() {}

  /** Reads a BlockAffinity; refuses one without a CIDR or a node. */
  public static Optional<Affinity> affinity(StoredObject object) {
    Tree spec = object.spec();
    String type = spec.at("type").text().filter(t -> !t.isEmpty()).orElse(Owner.HOST);
    var owner =
        new Owner(
            object.interner().text(type), object.interner().text(spec.at("node").requiredText()));
    Affinity.State state = Words.read(spec.at("state"), STATES).orElse(Affinity.State.CONFIRMED);
    boolean deleted = textFlag(spec.at("deleted"));
    return cidr(spec).map(cidr -> new Affinity(new Affinity.Key(owner, cidr), state, deleted));
  }

  /** Reads an IPAMBlock; refuses one whose lists contradict each other. */
  public static Optional<Block> block(StoredObject object) {
    Tree spec = object.spec();
    Optional<Prefix> cidr = cidr(spec);
    if (cidr.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Block(
              cidr.get(),
              spec.at("affinity").text().filter(t -> !t.isEmpty()).map(Owner::parse),
              spec.at("affinityClaimTime").parsed(IpamReader::instant, "a time as in RFC 3339"),
              allocations(spec.at("allocations")),
              unallocated(spec.at("unallocated")),
              attributes(spec.at("attributes")),
              number(spec.at("sequenceNumber")),
              sequenceNumbers(spec.at("sequenceNumberForAllocation")),
              spec.at("deleted").flag(false)));
    } catch (IllegalArgumentException e) {
      spec.problem("a block whose lists fit together (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  /** Reads an IPAMHandle; refuses one with a block that is no CIDR. */
  public static Optional<Handle> handle(StoredObject object) {
    Tree spec = object.spec();
    var blocks = new HashMap<Prefix, Integer>();
    spec.at("block")
        .entries()
        .forEach((text, count) -> {
          Optional<Prefix> cidr = Prefix.parse(text);
          if (cidr.isEmpty()) {
            count.problem("a count by the CIDR of a block");
          }
          cidr.ifPresent(c -> blocks.put(c, count.integer(0, Integer.MAX_VALUE, 0)));
        });
    String id = spec.at("handleID").requiredText();
    return Optional.of(new Handle(id, blocks, spec.at("deleted").flag(false)));
  }

  /** Reads the IPAMConfig. */
  public static Optional<IpamConfig> config(StoredObject object) {
    Tree spec = object.spec();
    return Optional.of(
        new IpamConfig(
            spec.at("strictAffinity").flag(false),
            spec.at("autoAllocateBlocks").flag(true),
            spec.at("maxBlocksPerHost").integer(0, Integer.MAX_VALUE, 0)));
  }

  /** Reads an IPReservation. */
  public static Optional<Reservation> reservation(StoredObject object) {
    var cidrs = new ArrayList<Prefix>();
    for (Tree item : object.spec().at("reservedCIDRs").items()) {
      item.prefix().ifPresent(cidrs::add);
    }
    return Optional.of(new Reservation(object.meta().name(), cidrs));
  }

  private static Optional<Prefix> cidr(Tree spec) {
    if (!spec.at("cidr").isPresent()) {
      spec.at("cidr").problem("the CIDR of the block");
    }
    return spec.at("cidr").prefix();
  }

  /** A text in Calico's v1 objects; a real flag in what its v3 form became. */
  private static boolean textFlag(Tree tree) {
    return tree.raw().filter(Boolean.class::isInstance).isPresent()
        ? tree.flag(false)
        : Words.read(tree, FLAG_TEXTS).orElse(false);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static List<OptionalInt> allocations(Tree tree) {
    var allocations = new ArrayList<OptionalInt>();
    for (Tree item : tree.items()) {
      var index = item.integer(0, Integer.MAX_VALUE);
      allocations.add(
          index.isPresent() ? OptionalInt.of((int) index.getAsLong()) : OptionalInt.empty());
    }
    return allocations;
  }

  private static List<Integer> unallocated(Tree tree) {
    var ordinals = new ArrayList<Integer>();
    for (Tree item : tree.items()) {
      ordinals.add(item.integer(0, Integer.MAX_VALUE, -1));
    }
    return ordinals;
  }

  private static List<Block.Attributes> attributes(Tree tree) {
    var attributes = new ArrayList<Block.Attributes>();
    for (Tree item : tree.items()) {
      attributes.add(
          new Block.Attributes(
              item.at("handle_id").text(),
              item.at("secondary").texts(),
              item.at("alternateOwnerAttrs").texts()));
    }
    return attributes;
  }

  private static Map<Integer, Long> sequenceNumbers(Tree tree) {
    var numbers = new HashMap<Integer, Long>();
    tree.entries()
        .forEach((ordinal, number) -> {
          if (ordinal.length() > 9 || !ordinal.chars().allMatch(c -> c >= '0' && c <= '9')) {
            number.problem("a number by the ordinal of an address");
          } else {
            numbers.put(Integer.parseInt(ordinal), number(number));
          }
        });
    return numbers;
  }

  /** Calico starts at the time in nanoseconds, which fills a signed long in 2262. */
  private static long number(Tree tree) {
    return tree.integer(0, Long.MAX_VALUE).orElse(0);
  }
}
