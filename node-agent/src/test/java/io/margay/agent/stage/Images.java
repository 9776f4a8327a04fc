package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.Change;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Small clusters for tests. */
public final class Images {
  static final NodeName SELF = new NodeName("n1");

  private Images() {}

  /** An image of these objects. */
  public static ClusterImage of(Object... objects) {
    PMap<NodeName, Node> nodes = HashTreePMap.empty();
    PMap<PodKey, Pod> pods = HashTreePMap.empty();
    PMap<String, IpPool> pools = HashTreePMap.empty();
    PMap<String, Affinity> affinities = HashTreePMap.empty();
    PMap<String, BgpConfiguration> configurations = HashTreePMap.empty();
    PMap<String, BgpPeer> peers = HashTreePMap.empty();
    PMap<String, BgpFilter> filters = HashTreePMap.empty();
    PMap<String, ClusterInformation> informations = HashTreePMap.empty();
    PMap<String, FelixConfiguration> felix = HashTreePMap.empty();
    PMap<String, IpamBlock> blocks = HashTreePMap.empty();
    for (Object object : objects) {
      switch (object) {
        case Node node -> nodes = nodes.plus(node.name(), node);
        case Pod pod -> pods = pods.plus(pod.key(), pod);
        case IpPool pool -> pools = pools.plus(pool.name(), pool);
        case Affinity affinity -> affinities = affinities.plus(affinity.key().toString(), affinity);
        case BgpConfiguration it -> configurations = configurations.plus(it.name(), it);
        case BgpPeer peer -> peers = peers.plus(peer.name(), peer);
        case BgpFilter filter -> filters = filters.plus(filter.name(), filter);
        case FelixConfiguration it -> felix = felix.plus(it.name(), it);
        case IpamBlock block -> blocks = blocks.plus(block.cidr().toString(), block);
        case ClusterInformation it -> informations = informations.plus(it.name(), it);
        default -> throw new IllegalArgumentException("no place for " + object);
      }
    }
    ClusterImage none = ClusterImage.EMPTY;
    return new ClusterImage(
        1,
        nodes,
        none.namespaces(),
        pods,
        none.serviceAccounts(),
        none.networkPolicies(),
        pools,
        blocks,
        affinities,
        configurations,
        peers,
        filters,
        informations,
        felix);
  }

  /** An image with other nodes, and one pool. */
  static ClusterImage with(ClusterImage image, PMap<NodeName, Node> nodes, IpPool pool) {
    return new ClusterImage(
        image.version() + 1,
        nodes,
        image.namespaces(),
        image.pods(),
        image.serviceAccounts(),
        image.networkPolicies(),
        HashTreePMap.singleton(pool.name(), pool),
        image.ipamBlocks(),
        image.blockAffinities(),
        image.bgpConfigurations(),
        image.bgpPeers(),
        image.bgpFilters(),
        image.clusterInformations(),
        image.felixConfigurations());
  }

  /** What makes an image of the one before: nodes and pools, or all where that was empty. */
  static ClusterDelta delta(ClusterImage before, ClusterImage after) {
    if (before.equals(ClusterImage.EMPTY)) {
      return ClusterDelta.from(after);
    }
    ClusterDelta none = ClusterDelta.NONE;
    return new ClusterDelta(
        changes(before.nodes(), after.nodes()),
        none.namespaces(),
        none.pods(),
        none.serviceAccounts(),
        none.networkPolicies(),
        changes(before.ipPools(), after.ipPools()),
        none.ipamBlocks(),
        none.blockAffinities(),
        none.bgpConfigurations(),
        none.bgpPeers(),
        none.bgpFilters(),
        none.clusterInformations(),
        none.felixConfigurations());
  }

  private static <K, V> Map<K, Change<V>> changes(Map<K, V> before, Map<K, V> after) {
    var changes = new HashMap<K, Change<V>>();
    var keys = new HashSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (K key : keys) {
      Change.between(Optional.ofNullable(before.get(key)), Optional.ofNullable(after.get(key)))
          .ifPresent(change -> changes.put(key, change));
    }
    return changes;
  }

  /** This node. */
  public static Node self(Map<String, String> labels, Optional<Ip> ipipAddress) {
    return new Node(
        SELF,
        labels,
        new Node.Bgp(
            Optional.of(InterfaceAddress.of("172.30.1.9/24")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new Node.Tunnels(ipipAddress, Node.Vxlan.NONE, Node.Vxlan.NONE, Node.Modes.UNSAID),
        List.of(),
        List.of(),
        List.of());
  }

  public static Node self() {
    return self(Map.of(), Optional.empty());
  }

  /**
   * Another node.
   *
   * @param addresses of one family each, with their lengths
   */
  static Node node(String name, Node.Tunnels tunnels, String... addresses) {
    List<InterfaceAddress> all = Stream.of(addresses).map(InterfaceAddress::of).toList();
    return new Node(
        new NodeName(name),
        Map.of(),
        new Node.Bgp(
            all.stream().filter(a -> a.ip().family() == Family.IPV4).findFirst(),
            all.stream().filter(a -> a.ip().family() == Family.IPV6).findFirst(),
            Optional.empty(),
            Optional.empty()),
        tunnels,
        List.of(),
        List.of(),
        List.of());
  }

  /** A node that has a block, confirmed. */
  static Affinity block(String node, String cidr) {
    return Affinity.of(Owner.host(node), Prefix.of(cidr), Affinity.State.CONFIRMED);
  }

  /** A running pod of namespace {@code shop}. */
  static Pod pod(String name, String node, String... ips) {
    return new Pod(
        new PodKey("shop", name),
        "uid-" + name,
        Map.of("app", name),
        Optional.of(new NodeName(node)),
        false,
        List.of(ips).stream().map(Ip::of).toList(),
        Pod.Phase.RUNNING,
        false,
        List.of(),
        "default",
        Map.of(),
        Optional.empty());
  }

  /** An IPIP pool as Calico makes it by default, named as its range. */
  public static IpPool pool(String cidr) {
    return pool(cidr, IpPool.Encapsulation.ALWAYS, IpPool.Encapsulation.NEVER);
  }

  /** A VXLAN pool as Calico makes it, named as its range. */
  static IpPool vxlanPool(String cidr) {
    return pool(cidr, IpPool.Encapsulation.NEVER, IpPool.Encapsulation.ALWAYS);
  }

  /** A pool named as its range. */
  static IpPool pool(String cidr, IpPool.Encapsulation ipip, IpPool.Encapsulation vxlan) {
    return pool(cidr, ipip, vxlan, "");
  }

  /** The same with another encapsulation by annotation. */
  static IpPool pool(
      String cidr, IpPool.Encapsulation ipip, IpPool.Encapsulation vxlan, String encapsulation) {
    Prefix range = Prefix.of(cidr);
    return new IpPool(
        cidr,
        range,
        ipip,
        vxlan,
        true,
        false,
        false,
        range.family() == Family.IPV4 ? 26 : 122,
        "all()",
        "",
        Set.of(IpPool.Use.WORKLOAD, IpPool.Use.TUNNEL),
        IpPool.AssignmentMode.AUTOMATIC,
        encapsulation,
        true);
  }
}
