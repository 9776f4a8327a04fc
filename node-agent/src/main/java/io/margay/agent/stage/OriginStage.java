package io.margay.agent.stage;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.filter.CalicoExport;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.NodeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What this node is the origin of, and Calico's built-in rules for what leaves it. */
final class OriginStage {
  private OriginStage() {}

  /** Blocks that IPAM has confirmed for this node, in order. */
  static List<Prefix> ownBlocks(ClusterImage image, NodeName self) {
    return image.blockAffinities().values().stream()
        .filter(affinity -> isOf(affinity, self) && !affinity.deleted())
        .filter(affinity -> affinity.state() == Affinity.State.CONFIRMED)
        .map(affinity -> affinity.key().cidr())
        .sorted()
        .toList();
  }

  /**
   * Blocks for which this node has any affinity, whatever its state: packets to their unused
   * addresses end here. A block of one address has no blackhole: it would hide its pod.
   */
  static List<Prefix> blackholes(ClusterImage image, NodeName self) {
    return image.blockAffinities().values().stream()
        .filter(affinity -> isOf(affinity, self) && !affinity.deleted())
        .map(affinity -> affinity.key().cidr())
        .filter(block -> !block.isHost())
        .sorted()
        .toList();
  }

  private static boolean isOf(Affinity affinity, NodeName self) {
    return affinity.key().owner().equals(Owner.host(self.value()));
  }

  /** The routes that peers may be told of, before any filter. */
  static Map<Prefix, LocalRoute> routes(
      ClusterImage image,
      NodeName self,
      Collection<LocalPods.LocalPod> pods,
      Optional<Ip> tunnelAddress) {
    var routes = new TreeMap<Prefix, LocalRoute>();
    for (Prefix block : ownBlocks(image, self)) {
      if (!block.isHost()) {
        routes.put(block, LocalRoute.of(block, LocalRoute.Kind.BLOCK));
      }
    }
    for (LocalPods.LocalPod pod : pods) {
      for (Ip ip : pod.ips()) {
        routes.put(
            ip.asPrefix(),
            LocalRoute.on(ip.asPrefix(), LocalRoute.Kind.WORKLOAD, pod.hostInterface()));
      }
    }
    tunnelAddress.ifPresent(ip ->
        routes.put(ip.asPrefix(), LocalRoute.on(ip.asPrefix(), LocalRoute.Kind.DIRECT, "tunl0")));
    return routes;
  }

  /** Calico's export order, filled in for this node. */
  static CalicoExport export(ClusterImage image, NodeName self) {
    BgpConfiguration configuration =
        image
            .bgpConfigurations()
            .getOrDefault(BgpConfiguration.DEFAULT, BgpConfiguration.defaults());
    var hidden = new ArrayList<Prefix>();
    var enabled = new ArrayList<Prefix>();
    for (IpPool pool : sorted(image.ipPools().values())) {
      if (pool.disableBgpExport()) {
        hidden.add(pool.cidr());
      } else if (!pool.disabled()) {
        enabled.add(pool.cidr());
      }
    }
    return new CalicoExport(
        new RoutePriorities(configuration.ipv4RoutePriority(), configuration.ipv6RoutePriority()),
        hidden,
        advertisements(configuration),
        ownBlocks(image, self),
        List.of(),
        List.of(),
        enabled);
  }

  private static List<CalicoExport.Advertisement> advertisements(BgpConfiguration configuration) {
    var all = new ArrayList<CalicoExport.Advertisement>();
    for (BgpConfiguration.PrefixAdvertisement advertisement :
        configuration.prefixAdvertisements()) {
      List<AnyCommunity> communities =
          advertisement.communities().stream()
              .map(word -> configuration.communities().getOrDefault(word, word))
              .flatMap(value -> AnyCommunity.parse(value).stream())
              .toList();
      all.add(new CalicoExport.Advertisement(advertisement.cidr(), communities));
    }
    return all;
  }

  private static List<IpPool> sorted(Collection<IpPool> pools) {
    return pools.stream().sorted((a, b) -> a.cidr().compareTo(b.cidr())).toList();
  }
}
