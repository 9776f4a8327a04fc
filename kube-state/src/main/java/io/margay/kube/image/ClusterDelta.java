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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What made one version of the image of an earlier one: at most one change per object, each with
 * what stood before. Applied to that earlier version it gives the later one.
 */
public record ClusterDelta(
    Map<NodeName, Change<Node>> nodes,
    Map<String, Change<Namespace>> namespaces,
    Map<PodKey, Change<Pod>> pods,
    Map<ServiceAccountKey, Change<ServiceAccount>> serviceAccounts,
    Map<PolicyKey, Change<NetworkPolicy>> networkPolicies,
    Map<String, Change<IpPool>> ipPools,
    Map<String, Change<IpamBlock>> ipamBlocks,
    Map<String, Change<Affinity>> blockAffinities,
    Map<String, Change<BgpConfiguration>> bgpConfigurations,
    Map<String, Change<BgpPeer>> bgpPeers,
    Map<String, Change<BgpFilter>> bgpFilters,
    Map<String, Change<ClusterInformation>> clusterInformations,
    Map<String, Change<FelixConfiguration>> felixConfigurations) {

  /** Nothing changed. */
  public static final ClusterDelta NONE =
      new ClusterDelta(
          Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(),
          Map.of(), Map.of(), Map.of(), Map.of());

  /** The whole image as a change from the empty one: what a stage is given first. */
  public static ClusterDelta from(ClusterImage image) {
    return new ClusterDelta(
        all(image.nodes()),
        all(image.namespaces()),
        all(image.pods()),
        all(image.serviceAccounts()),
        all(image.networkPolicies()),
        all(image.ipPools()),
        all(image.ipamBlocks()),
        all(image.blockAffinities()),
        all(image.bgpConfigurations()),
        all(image.bgpPeers()),
        all(image.bgpFilters()),
        all(image.clusterInformations()),
        all(image.felixConfigurations()));
  }

  public boolean isEmpty() {
    return nodes.isEmpty()
        && namespaces.isEmpty()
        && pods.isEmpty()
        && serviceAccounts.isEmpty()
        && networkPolicies.isEmpty()
        && ipPools.isEmpty()
        && ipamBlocks.isEmpty()
        && blockAffinities.isEmpty()
        && bgpConfigurations.isEmpty()
        && bgpPeers.isEmpty()
        && bgpFilters.isEmpty()
        && clusterInformations.isEmpty()
        && felixConfigurations.isEmpty();
  }

  /** This delta and a later one as one. */
  public ClusterDelta then(ClusterDelta later) {
    return new ClusterDelta(
        squash(nodes, later.nodes),
        squash(namespaces, later.namespaces),
        squash(pods, later.pods),
        squash(serviceAccounts, later.serviceAccounts),
        squash(networkPolicies, later.networkPolicies),
        squash(ipPools, later.ipPools),
        squash(ipamBlocks, later.ipamBlocks),
        squash(blockAffinities, later.blockAffinities),
        squash(bgpConfigurations, later.bgpConfigurations),
        squash(bgpPeers, later.bgpPeers),
        squash(bgpFilters, later.bgpFilters),
        squash(clusterInformations, later.clusterInformations),
        squash(felixConfigurations, later.felixConfigurations));
  }

  private static <K, V> Map<K, Change<V>> all(Map<K, V> map) {
    var changes = new LinkedHashMap<K, Change<V>>();
    map.forEach((key, value) -> changes.put(key, new Change.Put<>(Optional.empty(), value)));
    return changes;
  }

  private static <K, V> Map<K, Change<V>> squash(Map<K, Change<V>> first, Map<K, Change<V>> later) {
    var changes = new LinkedHashMap<K, Change<V>>(first);
    later.forEach((key, change) -> {
      Change<V> before = changes.get(key);
      Optional<Change<V>> both = before == null ? Optional.of(change) : before.then(change);
      both.ifPresentOrElse(c -> changes.put(key, c), () -> changes.remove(key));
    });
    return changes;
  }
}
