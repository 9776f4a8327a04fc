package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.trie.PrefixTable;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.NodeName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which node has each block, by the confirmed affinities. Owned by the stage thread; fed with what
 * changed.
 */
final class BlockOwners {
  private final PrefixTable<NodeName> owners = new PrefixTable<>();

  /** Blocks to which several nodes have an affinity: all but one of those are stale. */
  private final Map<Prefix, Set<NodeName>> disputed = new HashMap<>();

  private ClusterImage seen = ClusterImage.EMPTY;

  /** Takes in an image; returns the blocks that have another owner than before, or none now. */
  Set<Prefix> update(ClusterImage image, ClusterDelta delta) {
    Map<Prefix, Set<NodeName>> claims = new HashMap<>();
    for (String key : delta.blockAffinities().keySet()) {
      claim(seen.blockAffinities().get(key))
          .ifPresent(it -> of(it.block(), claims).remove(it.node()));
      claim(image.blockAffinities().get(key))
          .ifPresent(it -> of(it.block(), claims).add(it.node()));
    }
    if (!delta.ipamBlocks().isEmpty()) {
      disputed.forEach((block, nodes) -> claims.putIfAbsent(block, new TreeSet<>(nodes)));
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

  /** The nodes that claim a block, to be changed. */
  private Set<NodeName> of(Prefix block, Map<Prefix, Set<NodeName>> claims) {
    return claims.computeIfAbsent(
        block,
        _ -> {
          Set<NodeName> several = disputed.get(block);
          return several == null
              ? owners.get(block).map(Set::of).map(TreeSet::new).orElseGet(TreeSet::new)
              : new TreeSet<>(several);
        });
  }

  /** Whether the owner is another one than before. */
  private boolean decide(Prefix block, Set<NodeName> nodes) {
    if (nodes.size() > 1) {
      disputed.put(block, nodes);
    } else {
      disputed.remove(block);
    }
    Optional<NodeName> before = owners.get(block);
    Optional<NodeName> now =
        nodes.size() > 1 ? Optional.of(winner(block, nodes)) : nodes.stream().findFirst();
    now.ifPresentOrElse(node -> owners.put(block, node), () -> owners.remove(block));
    return !now.equals(before);
  }

  /** Of several affinities to one block all but one are stale, and the block itself tells. */
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
