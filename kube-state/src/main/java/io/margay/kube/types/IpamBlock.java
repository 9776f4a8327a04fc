package io.margay.kube.types;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.Optional;

/**
 * What the image keeps of a block of addresses. Who changes blocks reads them whole through {@code
 * kube.store}.
 *
 * @param affinity {@code host:NAME}, {@code virtual:load-balancer}; empty when nobody has it
 * @param used how many of its addresses are given out
 * @param deleted its deletion has begun
 */
public record IpamBlock(Prefix cidr, Optional<String> affinity, int used, boolean deleted) {

  /** The node that has the block; empty when none does. */
  public Optional<NodeName> node() {
    return affinity
        .filter(text -> text.startsWith("host:") && text.length() > 5)
        .map(text -> new NodeName(text.substring(5)));
  }

  /** Reads a block; refuses one without a CIDR. */
  public static Optional<IpamBlock> read(StoredObject object) {
    Tree spec = object.spec();
    int used = 0;
    for (Tree allocation : spec.at("allocations").items()) {
      used += allocation.isPresent() ? 1 : 0;
    }
    Optional<Prefix> cidr = spec.at("cidr").prefix();
    if (!spec.at("cidr").isPresent()) {
      spec.at("cidr").problem("the CIDR of the block");
    }
    int count = used;
    Optional<String> affinity = spec.at("affinity").text().filter(text -> !text.isEmpty());
    return cidr.map(c ->
        new IpamBlock(
            c, object.interner().optional(affinity), count, spec.at("deleted").flag(false)));
  }
}
