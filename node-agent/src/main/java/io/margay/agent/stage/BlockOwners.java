package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.trie.PrefixTable;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.NodeName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which node has each block, by the confirmed affinities. Owned by the stage thread; fed with what
 * changed.
 */
final class BlockOwners {
  private final PrefixTable<NodeName> owners = new PrefixTable<>();

  /** Blocks with several affinities: how many each node has. Of all others the owner has one. */
  private final Map<Prefix, Map<NodeName, Integer>> several = new HashMap<>();

  private ClusterImage seen = ClusterImage.EMPTY;

  /** Takes in an image; returns the blocks that have another owner than before, or none now. */
  Set<Prefix> update(ClusterImage image, ClusterDelta delta) {
    Map<Prefix, Map<NodeName, Integer>> claims = new HashMap<>();
    for (String key : delta.blockAffinities().keySet()) {
      claim(seen.blockAffinities().get(key)).ifPresent(it -> count(it, -1, claims));
      claim(image.blockAffinities().get(key)).ifPresent(it -> count(it, 1, claims));
    }
    for (String key : delta.ipamBlocks().keySet()) {
      decideAnew(seen.ipamBlocks().get(key), claims);
      decideAnew(image.ipamBlocks().get(key), claims);
    }
    seen = image;
    var moved = new HashSet<Prefix>();
    claims.forEach((block, nodes) -> {
      if (decide(block, nodes)) {
        moved.add(block);
      }
    });
    return moved;
  }

  /** The block of an address is a node's. */
  boolean isAtHome(Ip ip, NodeName node) {
    return owners.longestMatch(ip).map(PrefixTable.Match::value).filter(node::equals).isPresent();
  }

  /** Who has a block. */
  Optional<NodeName> of(Prefix block) {
    return owners.get(block);
  }

  private void decideAnew(@Nullable IpamBlock block, Map<Prefix, Map<NodeName, Integer>> claims) {
    if (block != null && several.containsKey(block.cidr())) {
      claims.computeIfAbsent(block.cidr(), this::claims);
    }
  }

  private void count(Claim claim, int more, Map<Prefix, Map<NodeName, Integer>> claims) {
    claims
        .computeIfAbsent(claim.block(), this::claims)
        .merge(claim.node(), more, (a, b) -> a + b == 0 ? null : a + b);
  }

  /** How many affinities to a block each node has, to be changed. */
  private Map<NodeName, Integer> claims(Prefix block) {
    var claims = new TreeMap<NodeName, Integer>();
    @Nullable Map<NodeName, Integer> known = several.get(block);
    if (known == null) {
      owners.get(block).ifPresent(node -> claims.put(node, 1));
    } else {
      claims.putAll(known);
    }
    return claims;
  }

  /** Whether the owner is another one than before. */
  private boolean decide(Prefix block, Map<NodeName, Integer> claims) {
    int all = claims.values().stream().mapToInt(Integer::intValue).sum();
    if (all > 1) {
      several.put(block, claims);
    } else {
      several.remove(block);
    }
    Optional<NodeName> before = owners.get(block);
    Optional<NodeName> now =
        claims.size() > 1
            ? Optional.of(winner(block, claims.keySet()))
            : claims.keySet().stream().findFirst();
    now.ifPresentOrElse(node -> owners.put(block, node), () -> owners.remove(block));
    return !now.equals(before);
  }

  /**
   * Of several nodes' affinities to one block all but one are stale, and the block itself tells.
   */
  private NodeName winner(Prefix cidr, Set<NodeName> nodes) {
    return seen.ipamBlocks().values().stream()
        .filter(block -> block.cidr().equals(cidr))
        .flatMap(block -> block.node().stream())
        .filter(nodes::contains)
        .findFirst()
        .orElseGet(() -> nodes.iterator().next());
  }

  private record Claim(Prefix block, NodeName node) {}

  /** What a confirmed affinity of a node says. */
  private static Optional<Claim> claim(@Nullable Affinity affinity) {
    if (affinity == null
        || affinity.deleted()
        || affinity.state() != Affinity.State.CONFIRMED
        || !affinity.key().owner().type().equals(Owner.HOST)) {
      return Optional.empty();
    }
    return Optional.of(
        new Claim(affinity.key().cidr(), new NodeName(affinity.key().owner().name())));
  }
}
