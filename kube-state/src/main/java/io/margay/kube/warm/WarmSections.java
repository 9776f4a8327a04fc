package io.margay.kube.warm;

import io.margay.ipam.store.Affinity;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Kind;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NetworkPolicy;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.PolicyKey;
import io.margay.kube.types.ServiceAccount;
import io.margay.kube.types.ServiceAccountKey;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** The parts of an image by the kind that they hold, taken apart and put together again. */
final class WarmSections {
  /**
   * One part.
   *
   * @param key what its objects go by
   */
  record Section<K, V>(
      Kind kind, Class<K> key, Class<V> value, Function<ClusterImage, PMap<K, V>> of) {}

  private static final Section<NodeName, Node> NODES =
      new Section<>(Kind.NODE, NodeName.class, Node.class, ClusterImage::nodes);
  private static final Section<String, Namespace> NAMESPACES =
      new Section<>(Kind.NAMESPACE, String.class, Namespace.class, ClusterImage::namespaces);
  private static final Section<PodKey, Pod> PODS =
      new Section<>(Kind.POD, PodKey.class, Pod.class, ClusterImage::pods);
  private static final Section<ServiceAccountKey, ServiceAccount> SERVICE_ACCOUNTS =
      new Section<>(
          Kind.SERVICE_ACCOUNT,
          ServiceAccountKey.class,
          ServiceAccount.class,
          ClusterImage::serviceAccounts);
  private static final Section<PolicyKey, NetworkPolicy> NETWORK_POLICIES =
      new Section<>(
          Kind.NETWORK_POLICY, PolicyKey.class, NetworkPolicy.class, ClusterImage::networkPolicies);
  private static final Section<String, IpPool> IP_POOLS =
      new Section<>(Kind.IP_POOL, String.class, IpPool.class, ClusterImage::ipPools);
  private static final Section<String, IpamBlock> IPAM_BLOCKS =
      new Section<>(Kind.IPAM_BLOCK, String.class, IpamBlock.class, ClusterImage::ipamBlocks);
  private static final Section<String, Affinity> BLOCK_AFFINITIES =
      new Section<>(
          Kind.BLOCK_AFFINITY, String.class, Affinity.class, ClusterImage::blockAffinities);
  private static final Section<String, BgpConfiguration> BGP_CONFIGURATIONS =
      new Section<>(
          Kind.BGP_CONFIGURATION,
          String.class,
          BgpConfiguration.class,
          ClusterImage::bgpConfigurations);
  private static final Section<String, BgpPeer> BGP_PEERS =
      new Section<>(Kind.BGP_PEER, String.class, BgpPeer.class, ClusterImage::bgpPeers);
  private static final Section<String, BgpFilter> BGP_FILTERS =
      new Section<>(Kind.BGP_FILTER, String.class, BgpFilter.class, ClusterImage::bgpFilters);
  private static final Section<String, ClusterInformation> CLUSTER_INFORMATIONS =
      new Section<>(
          Kind.CLUSTER_INFORMATION,
          String.class,
          ClusterInformation.class,
          ClusterImage::clusterInformations);
  private static final Section<String, FelixConfiguration> FELIX_CONFIGURATIONS =
      new Section<>(
          Kind.FELIX_CONFIGURATION,
          String.class,
          FelixConfiguration.class,
          ClusterImage::felixConfigurations);

  /** All of them, in the order of the file: what a reader looks for first, pods last. */
  static final List<Section<?, ?>> ALL =
      List.of(
          CLUSTER_INFORMATIONS,
          FELIX_CONFIGURATIONS,
          BGP_CONFIGURATIONS,
          BGP_PEERS,
          BGP_FILTERS,
          IP_POOLS,
          NODES,
          BLOCK_AFFINITIES,
          IPAM_BLOCKS,
          NAMESPACES,
          SERVICE_ACCOUNTS,
          NETWORK_POLICIES,
          PODS);

  private static final Map<String, Section<?, ?>> BY_WORD = new HashMap<>();

  static {
    ALL.forEach(section -> BY_WORD.put(section.kind().word(), section));
  }

  private final Map<Kind, Map<Object, Object>> objects = new EnumMap<>(Kind.class);

  /** The part of this kind, by the word that the file has for it. */
  static Optional<Section<?, ?>> named(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }

  void put(Section<?, ?> section, Object key, Object value) {
    objects.computeIfAbsent(section.kind(), _ -> new LinkedHashMap<>()).put(key, value);
  }

  /** All that was put, as an image of version 1. */
  ClusterImage image() {
    return new ClusterImage(
        1,
        map(NODES),
        map(NAMESPACES),
        map(PODS),
        map(SERVICE_ACCOUNTS),
        map(NETWORK_POLICIES),
        map(IP_POOLS),
        map(IPAM_BLOCKS),
        map(BLOCK_AFFINITIES),
        map(BGP_CONFIGURATIONS),
        map(BGP_PEERS),
        map(BGP_FILTERS),
        map(CLUSTER_INFORMATIONS),
        map(FELIX_CONFIGURATIONS));
  }

  private <K, V> PMap<K, V> map(Section<K, V> section) {
    var typed = new HashMap<K, V>();
    objects
        .getOrDefault(section.kind(), Map.of())
        .forEach((key, value) -> typed.put(section.key().cast(key), section.value().cast(value)));
    return HashTreePMap.from(typed);
  }
}
