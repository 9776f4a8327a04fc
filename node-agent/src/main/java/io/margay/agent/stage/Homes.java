package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which node packets to a block or an address have to reach, from block affinities, pods and the
 * nodes' tunnel addresses. An address in a block of its own node needs no entry. Owned by the stage
 * thread; fed with what changed.
 */
final class Homes {
  /** From so many blocks on it is cheaper to look at all pods than to look which are inside. */
  private static final int MANY = 8;

  private final BlockOwners blocks = new BlockOwners();
  private final Claims<NodeName> tunnels = new Claims<>();
  private final Claims<PodKey> borrowed = new Claims<>();
  private final Map<Prefix, Home> all = new HashMap<>();

  /** Why a node has it. */
  enum Kind {
    BLOCK,
    BORROWED_ADDRESS,
    TUNNEL_ADDRESS
  }

  /** Where something is at home. */
  record Home(NodeName node, Kind kind) {}

  /**
   * Takes in an image; {@code delta} says what is otherwise than in the one before.
   *
   * @return the destinations that are somewhere else now, or nowhere
   */
  Set<Prefix> update(ClusterImage image, ClusterDelta delta) {
    Set<Prefix> moved = blocks.update(image, delta);
    var touched = new HashSet<>(moved);
    if (!moved.isEmpty()) {
      // Whose address lies in such a block may be at home now, or not any more.
      image.nodes().values().forEach(node -> readTunnels(node, touched));
      image.pods().values().stream()
          .filter(pod -> pod.ips().stream().anyMatch(ip -> isInside(ip, moved)))
          .forEach(pod -> readPod(pod.key(), pod, touched));
    }
    for (NodeName name : delta.nodes().keySet()) {
      @Nullable Node node = image.nodes().get(name);
      if (node == null) {
        tunnels.forget(name, touched);
      } else {
        readTunnels(node, touched);
      }
    }
    for (PodKey key : delta.pods().keySet()) {
      readPod(key, image.pods().get(key), touched);
    }
    touched.removeIf(destination -> !decide(destination));
    return touched;
  }

  /** All, by destination; changes with the next update. */
  Map<Prefix, Home> all() {
    return Collections.unmodifiableMap(all);
  }

  /** Whether a destination has another home than before. */
  private boolean decide(Prefix destination) {
    // Who is at an address counts for more than who has a block of that one address.
    Optional<Home> now =
        borrowed
            .at(destination)
            .map(node -> new Home(node, Kind.BORROWED_ADDRESS))
            .or(() -> tunnels.at(destination).map(node -> new Home(node, Kind.TUNNEL_ADDRESS)))
            .or(() -> blocks.of(destination).map(node -> new Home(node, Kind.BLOCK)));
    @Nullable Home before =
        now.isPresent() ? all.put(destination, now.get()) : all.remove(destination);
    return !now.equals(Optional.ofNullable(before));
  }

  private void readTunnels(Node node, Set<Prefix> touched) {
    Node.Tunnels ends = node.tunnels();
    List<Prefix> away =
        Stream.of(ends.ipip(), ends.vxlan4().address(), ends.vxlan6().address())
            .flatMap(Optional::stream)
            .filter(ip -> !blocks.isAtHome(ip, node.name()))
            .map(Ip::asPrefix)
            .toList();
    tunnels.set(node.name(), node.name(), away, touched);
  }

  private void readPod(PodKey key, @Nullable Pod pod, Set<Prefix> touched) {
    if (pod == null || !pod.isEndpoint() || pod.node().isEmpty()) {
      borrowed.forget(key, touched);
      return;
    }
    NodeName node = pod.node().get();
    List<Prefix> away =
        pod.ips().stream().filter(ip -> !blocks.isAtHome(ip, node)).map(Ip::asPrefix).toList();
    borrowed.set(key, node, away, touched);
  }

  private static boolean isInside(Ip ip, Set<Prefix> blocks) {
    return blocks.size() > MANY || blocks.stream().anyMatch(block -> block.contains(ip));
  }
}
