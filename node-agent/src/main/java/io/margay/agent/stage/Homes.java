package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.trie.PrefixTable;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which node packets to a block or an address have to reach, from block affinities, pods and the
 * nodes' tunnel addresses. An address in a block of its own node needs no entry. Owned by the stage
 * thread; fed with what changed.
 */
final class Homes {
  private final PrefixTable<NodeName> blocks = new PrefixTable<>();
  private final Map<Prefix, Home> tunnels = new HashMap<>();
  private final Map<Prefix, NavigableMap<PodKey, NodeName>> borrowed = new HashMap<>();
  private final Map<PodKey, List<Prefix>> borrowedBy = new HashMap<>();

  /** Two nodes have an affinity to one block. */
  private boolean disputed;

  private Map<Prefix, Home> all = Map.of();

  /** Why a node has it. */
  enum Kind {
    BLOCK,
    BORROWED_ADDRESS,
    TUNNEL_ADDRESS
  }

  /** Where something is at home. */
  record Home(NodeName node, Kind kind) {}

  /** Takes in an image; {@code delta} says what is otherwise than in the one before. */
  void update(ClusterImage image, ClusterDelta delta) {
    boolean mayHaveMoved =
        !delta.blockAffinities().isEmpty() || (disputed && !delta.ipamBlocks().isEmpty());
    boolean moved = mayHaveMoved && readBlocks(image);
    if (moved || !delta.nodes().isEmpty()) {
      readTunnels(image);
    }
    if (moved) {
      borrowed.clear();
      borrowedBy.clear();
      image.pods().values().forEach(this::readPod);
    } else {
      delta.pods().keySet().forEach(this::forgetPod);
      for (PodKey key : delta.pods().keySet()) {
        Pod pod = image.pods().get(key);
        if (pod != null) {
          readPod(pod);
        }
      }
    }
    if (moved || !delta.nodes().isEmpty() || !delta.pods().isEmpty()) {
      all = collected();
    }
  }

  /** All, by destination. The same object until something changed. */
  Map<Prefix, Home> all() {
    return all;
  }

  /** Who is at an address counts for more than who has a block of that one address. */
  private Map<Prefix, Home> collected() {
    var fresh = new HashMap<Prefix, Home>();
    blocks.forEach((block, node) -> fresh.put(block, new Home(node, Kind.BLOCK)));
    fresh.putAll(tunnels);
    borrowed.forEach((address, nodes) ->
        fresh.put(address, new Home(nodes.firstEntry().getValue(), Kind.BORROWED_ADDRESS)));
    return fresh.equals(all) ? all : fresh;
  }

  /** The confirmed affinities. False: as before. */
  private boolean readBlocks(ClusterImage image) {
    var fresh = new HashMap<Prefix, NodeName>();
    disputed = false;
    for (Affinity affinity : image.blockAffinities().values()) {
      boolean counts = !affinity.deleted() && affinity.state() == Affinity.State.CONFIRMED;
      Owner owner = affinity.key().owner();
      if (counts && owner.type().equals(Owner.HOST)) {
        Prefix block = affinity.key().cidr();
        NodeName before = fresh.put(block, new NodeName(owner.name()));
        if (before != null) {
          disputed = true;
          fresh.put(block, owner(block, image, before, new NodeName(owner.name())));
        }
      }
    }
    var before = new HashMap<Prefix, NodeName>();
    blocks.forEach(before::put);
    if (fresh.equals(before)) {
      return false;
    }
    before.keySet().forEach(blocks::remove);
    fresh.forEach(blocks::put);
    return true;
  }

  /** Two affinities to one block: one of them is stale, and the block itself tells. */
  private static NodeName owner(Prefix cidr, ClusterImage image, NodeName one, NodeName other) {
    for (IpamBlock block : image.ipamBlocks().values()) {
      if (block.cidr().equals(cidr) && block.node().isPresent()) {
        return block.node().get().equals(other) ? other : one;
      }
    }
    return one.value().compareTo(other.value()) < 0 ? one : other;
  }

  private void readTunnels(ClusterImage image) {
    tunnels.clear();
    for (Node node : image.nodes().values()) {
      Node.Tunnels ends = node.tunnels();
      for (Optional<Ip> address :
          List.of(ends.ipip(), ends.vxlan4().address(), ends.vxlan6().address())) {
        if (address.isPresent() && !isAtHome(address.get(), node.name())) {
          tunnels.put(address.get().asPrefix(), new Home(node.name(), Kind.TUNNEL_ADDRESS));
        }
      }
    }
  }

  private void forgetPod(PodKey key) {
    List<Prefix> had = borrowedBy.remove(key);
    if (had != null) {
      for (Prefix address : had) {
        NavigableMap<PodKey, NodeName> pods = borrowed.get(address);
        if (pods != null && pods.remove(key) != null && pods.isEmpty()) {
          borrowed.remove(address);
        }
      }
    }
  }

  private void readPod(Pod pod) {
    if (!pod.isEndpoint() || pod.node().isEmpty()) {
      return;
    }
    NodeName node = pod.node().get();
    var has = new ArrayList<Prefix>();
    for (Ip ip : pod.ips()) {
      if (!isAtHome(ip, node)) {
        has.add(ip.asPrefix());
        borrowed.computeIfAbsent(ip.asPrefix(), _ -> new TreeMap<>()).put(pod.key(), node);
      }
    }
    if (!has.isEmpty()) {
      borrowedBy.put(pod.key(), has);
    }
  }

  private boolean isAtHome(Ip ip, NodeName node) {
    return blocks.longestMatch(ip).map(PrefixTable.Match::value).filter(node::equals).isPresent();
  }
}
