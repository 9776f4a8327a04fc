package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.NodeName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one node, in order.
 *
 * @param confirmed by IPAM: this node is their origin
 * @param claimed all for which the node has an affinity, whatever its state: packets to their
 *     unused addresses end here. None of one address: its blackhole would hide its pod
 */
record OwnBlocks(NodeName self, List<Prefix> confirmed, List<Prefix> claimed) {
  static OwnBlocks of(ClusterImage image, NodeName self) {
    List<Affinity> own =
        image.blockAffinities().values().stream().filter(it -> isOf(it, self)).toList();
    return new OwnBlocks(
        self,
        own.stream()
            .filter(affinity -> affinity.state() == Affinity.State.CONFIRMED)
            .map(affinity -> affinity.key().cidr())
            .sorted()
            .toList(),
        own.stream()
            .map(affinity -> affinity.key().cidr())
            .filter(block -> !block.isHost())
            .sorted()
            .toList());
  }

  /** Those of the next image. The same object where the change is about other nodes' blocks. */
  OwnBlocks next(ClusterImage before, ClusterImage next, ClusterDelta delta) {
    boolean touched =
        delta.blockAffinities().keySet().stream()
            .anyMatch(key ->
                isOf(before.blockAffinities().get(key), self)
                    || isOf(next.blockAffinities().get(key), self));
    return touched ? of(next, self) : this;
  }

  private static boolean isOf(@Nullable Affinity affinity, NodeName self) {
    return affinity != null
        && !affinity.deleted()
        && affinity.key().owner().type().equals(Owner.HOST)
        && affinity.key().owner().name().equals(self.value());
  }
}
