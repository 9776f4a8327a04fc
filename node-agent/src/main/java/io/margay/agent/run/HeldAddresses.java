package io.margay.agent.run;

import io.margay.cni.protocol.PodName;
import io.margay.cni.verb.Addresses.Holder;
import io.margay.cni.verb.Addresses.Holdings;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.BlockStore;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Handles with addresses in this node's name, for CNI's GC. */
final class HeldAddresses {
  private HeldAddresses() {}

  static Holdings of(BlockStore store, String node) {
    try {
      var holders = new LinkedHashMap<String, Holder>();
      for (Stored<Block> stored : store.blocks().list()) {
        for (Block.Attributes attributes : stored.value().attributes()) {
          if (isHere(stored.value(), attributes, node) && attributes.handleId().isPresent()) {
            String handle = attributes.handleId().get();
            holders.putIfAbsent(handle, new Holder(handle, pod(attributes.activeOwner())));
          }
        }
      }
      return new Holdings.Held(List.copyOf(holders.values()));
    } catch (StoreUnavailableException e) {
      return new Holdings.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /** By the node that the attributes name; where none is named, by the block's owner. */
  private static boolean isHere(Block block, Block.Attributes attributes, String node) {
    String named = attributes.activeOwner().get("node");
    return named != null
        ? named.equals(node)
        : block.affinity().filter(Owner.host(node)::equals).isPresent();
  }

  private static Optional<PodName> pod(Map<String, String> owner) {
    String namespace = owner.get("namespace");
    String name = owner.get("pod");
    return namespace == null || name == null
        ? Optional.empty()
        : Optional.of(new PodName(namespace, name));
  }
}
