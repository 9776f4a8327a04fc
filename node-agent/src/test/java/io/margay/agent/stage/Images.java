package io.margay.agent.stage;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    for (Object object : objects) {
      switch (object) {
        case Node node -> nodes = nodes.plus(node.name(), node);
        case Pod pod -> pods = pods.plus(pod.key(), pod);
        case IpPool pool -> pools = pools.plus(pool.name(), pool);
        case Affinity affinity -> affinities = affinities.plus(affinity.key().toString(), affinity);
        case BgpConfiguration it -> configurations = configurations.plus(it.name(), it);
        case BgpPeer peer -> peers = peers.plus(peer.name(), peer);
        case BgpFilter filter -> filters = filters.plus(filter.name(), filter);
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
        none.ipamBlocks(),
        affinities,
        configurations,
        peers,
        filters,
        informations,
        none.felixConfigurations());
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
        new Node.Tunnels(ipipAddress, Optional.empty(), Optional.empty()),
        List.of(),
        List.of(),
        List.of());
  }

  public static Node self() {
    return self(Map.of(), Optional.empty());
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
    return new IpPool(
        cidr,
        Prefix.of(cidr),
        IpPool.Encapsulation.ALWAYS,
        IpPool.Encapsulation.NEVER,
        true,
        false,
        false,
        26,
        "all()",
        "",
        Set.of(IpPool.Use.WORKLOAD, IpPool.Use.TUNNEL),
        IpPool.AssignmentMode.AUTOMATIC,
        true);
  }
}
