package io.margay.kube.image;

import io.margay.foundation.tree.Problem;
import io.margay.ipam.store.Affinity;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.Interner;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.IpamReader;
import io.margay.kube.types.Kind;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NetworkPolicy;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.ObjectReader;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.PolicyKey;
import io.margay.kube.types.ServiceAccount;
import io.margay.kube.types.ServiceAccountKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.pcollections.PMap;

/**
 * Folds what the watches tell into images. An object that cannot be read leaves the last good one
 * of its name in place; an object that is read as before changes nothing. Owned by one thread.
 */
public final class ImageBuilder {
  private final Interner interner = new Interner();
  private final Map<Kind, Section<?, ?>> sections = new EnumMap<>(Kind.class);
  private final Section<NodeName, Node> nodes =
      section(Kind.NODE, Node::read, key -> new NodeName(key.name()), ClusterImage::nodes);
  private final Section<String, Namespace> namespaces =
      section(Kind.NAMESPACE, Namespace::read, ObjectKey::name, ClusterImage::namespaces);
  private final Section<PodKey, Pod> pods =
      section(
          Kind.POD, Pod::read, key -> new PodKey(key.namespace(), key.name()), ClusterImage::pods);
  private final Section<ServiceAccountKey, ServiceAccount> serviceAccounts =
      section(
          Kind.SERVICE_ACCOUNT,
          ServiceAccount::read,
          key -> new ServiceAccountKey(key.namespace(), key.name()),
          ClusterImage::serviceAccounts);
  private final Section<PolicyKey, NetworkPolicy> networkPolicies =
      section(
          Kind.NETWORK_POLICY,
          NetworkPolicy::read,
          key -> new PolicyKey(key.namespace(), key.name()),
          ClusterImage::networkPolicies);
  private final Section<String, IpPool> ipPools =
      section(Kind.IP_POOL, IpPool::read, ObjectKey::name, ClusterImage::ipPools);
  private final Section<String, IpamBlock> ipamBlocks =
      section(Kind.IPAM_BLOCK, IpamBlock::read, ObjectKey::name, ClusterImage::ipamBlocks);
  private final Section<String, Affinity> blockAffinities =
      section(
          Kind.BLOCK_AFFINITY,
          IpamReader::affinity,
          ObjectKey::name,
          ClusterImage::blockAffinities);
  private final Section<String, BgpConfiguration> bgpConfigurations =
      section(
          Kind.BGP_CONFIGURATION,
          BgpConfiguration::read,
          ObjectKey::name,
          ClusterImage::bgpConfigurations);
  private final Section<String, BgpPeer> bgpPeers =
      section(Kind.BGP_PEER, BgpPeer::read, ObjectKey::name, ClusterImage::bgpPeers);
  private final Section<String, BgpFilter> bgpFilters =
      section(Kind.BGP_FILTER, BgpFilter::read, ObjectKey::name, ClusterImage::bgpFilters);
  private final Section<String, ClusterInformation> clusterInformations =
      section(
          Kind.CLUSTER_INFORMATION,
          ClusterInformation::read,
          ObjectKey::name,
          ClusterImage::clusterInformations);
  private final Section<String, FelixConfiguration> felixConfigurations =
      section(
          Kind.FELIX_CONFIGURATION,
          FelixConfiguration::read,
          ObjectKey::name,
          ClusterImage::felixConfigurations);
  private final Set<Kind> synced = EnumSet.noneOf(Kind.class);

  private ClusterImage image = ClusterImage.EMPTY;

  /**
   * What a burst of events came to.
   *
   * @param delta empty when the image is the one from before
   * @param refused objects that could not be read, each told once until it changes its faults
   */
  public record Built(ClusterImage image, ClusterDelta delta, List<Refused> refused) {
    /** This and the next burst as one. */
    public Built then(Built next) {
      var all = new ArrayList<>(refused);
      all.addAll(next.refused);
      return new Built(next.image, delta.then(next.delta), all);
    }
  }

  /**
   * An object that could not be read, with all that is wrong in it.
   *
   * @param lastGoodKept an earlier version of it stays in the image
   */
  public record Refused(Kind kind, ObjectKey key, List<Problem> problems, boolean lastGoodKept) {
    /** {@code IPPool "east": spec.blockSize is 33; expected 20 to 32. The last valid ...}. */
    @Override
    public String toString() {
      var out = new StringBuilder();
      problems.forEach(problem -> out.append(problem).append(". "));
      return out.append(
              lastGoodKept
                  ? "The last valid one stays in use."
                  : "The " + kind.word() + " is ignored.")
          .toString();
    }
  }

  /** The kinds whose objects are all here. */
  public Set<Kind> synced() {
    return Set.copyOf(synced);
  }

  /** One burst, in the order in which it came. */
  public Built apply(List<ImageEvent> events) {
    var refused = new ArrayList<Refused>();
    for (ImageEvent event : events) {
      switch (event) {
        case ImageEvent.Seen(Kind kind, ObjectKey key, Map<String, Object> object) ->
            sectionOf(kind).see(key, object, image, interner).ifPresent(refused::add);
        case ImageEvent.Gone(Kind kind, ObjectKey key) -> sectionOf(kind).drop(key);
        case ImageEvent.Synced(Kind kind) -> {
          sectionOf(kind).synced();
          synced.add(kind);
        }
        case ImageEvent.Unserved(Kind kind) -> sectionOf(kind).synced();
        case ImageEvent.Remembered(ClusterImage remembered) -> remember(remembered);
      }
    }
    var delta =
        new ClusterDelta(
            nodes.take(image),
            namespaces.take(image),
            pods.take(image),
            serviceAccounts.take(image),
            networkPolicies.take(image),
            ipPools.take(image),
            ipamBlocks.take(image),
            blockAffinities.take(image),
            bgpConfigurations.take(image),
            bgpPeers.take(image),
            bgpFilters.take(image),
            clusterInformations.take(image),
            felixConfigurations.take(image));
    if (!delta.isEmpty()) {
      image = image.apply(delta);
    }
    return new Built(image, delta, refused);
  }

  private void remember(ClusterImage remembered) {
    sections.forEach((kind, section) -> {
      if (!synced.contains(kind)) {
        section.remember(remembered, image);
      }
    });
  }

  private Section<?, ?> sectionOf(Kind kind) {
    Section<?, ?> section = sections.get(kind);
    if (section == null) {
      throw new IllegalArgumentException(kind + " is no part of the image");
    }
    return section;
  }

  private <K, V> Section<K, V> section(
      Kind kind,
      ObjectReader<V> reader,
      Function<ObjectKey, K> keyOf,
      Function<ClusterImage, PMap<K, V>> part) {
    var section = new Section<>(kind, reader, keyOf, part);
    sections.put(kind, section);
    return section;
  }
}
