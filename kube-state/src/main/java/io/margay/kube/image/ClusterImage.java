package io.margay.kube.image;

import io.margay.ipam.store.Affinity;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NetworkPolicy;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.PolicyKey;
import io.margay.kube.types.ServiceAccount;
import io.margay.kube.types.ServiceAccountKey;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The cluster at one version, as far as the node asks for it. Shared by all readers, changed by
 * none; the next version shares all that did not change. Where no other key is told, objects go by
 * their names. The order of a map's entries means nothing.
 */
public record ClusterImage(
    long version,
    PMap<NodeName, Node> nodes,
    PMap<String, Namespace> namespaces,
    PMap<PodKey, Pod> pods,
    PMap<ServiceAccountKey, ServiceAccount> serviceAccounts,
    PMap<PolicyKey, NetworkPolicy> networkPolicies,
    PMap<String, IpPool> ipPools,
    PMap<String, IpamBlock> ipamBlocks,
    PMap<String, Affinity> blockAffinities,
    PMap<String, BgpConfiguration> bgpConfigurations,
    PMap<String, BgpPeer> bgpPeers,
    PMap<String, BgpFilter> bgpFilters,
    PMap<String, ClusterInformation> clusterInformations,
    PMap<String, FelixConfiguration> felixConfigurations) {

  /** Version 0, without an object. */
  public static final ClusterImage EMPTY =
      new ClusterImage(
          0,
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty());

  /** The next version. */
  public ClusterImage apply(ClusterDelta delta) {
    return new ClusterImage(
        version + 1,
        merge(nodes, delta.nodes()),
        merge(namespaces, delta.namespaces()),
        merge(pods, delta.pods()),
        merge(serviceAccounts, delta.serviceAccounts()),
        merge(networkPolicies, delta.networkPolicies()),
        merge(ipPools, delta.ipPools()),
        merge(ipamBlocks, delta.ipamBlocks()),
        merge(blockAffinities, delta.blockAffinities()),
        merge(bgpConfigurations, delta.bgpConfigurations()),
        merge(bgpPeers, delta.bgpPeers()),
        merge(bgpFilters, delta.bgpFilters()),
        merge(clusterInformations, delta.clusterInformations()),
        merge(felixConfigurations, delta.felixConfigurations()));
  }

  private static <K, V> PMap<K, V> merge(PMap<K, V> map, Map<K, Change<V>> changes) {
    PMap<K, V> merged = map;
    for (var e : changes.entrySet()) {
      merged =
          switch (e.getValue()) {
            case Change.Put<V>(_, var after) -> merged.plus(e.getKey(), after);
            case Change.Removed<V> _ -> merged.minus(e.getKey());
          };
    }
    return merged;
  }
}
