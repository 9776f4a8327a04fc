package io.margay.agent.stage;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.CalicoExport;
import io.margay.bgp.filter.Glob;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.NodeName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What this node is the origin of, and Calico's built-in rules for what leaves it. */
final class OriginStage {
  /**
   * IPVS puts the address of every service on it; the pods' interfaces are no part of the facts.
   */
  private static final List<String> NOT_DIRECT = List.of("kube-ipvs*");

  private OriginStage() {}

  /**
   * The routes that peers may be told of, before any filter. Calico's own rules keep those of the
   * kernel back, but where they are inside of a pool; BGPFilters may let them through.
   */
  static Map<Prefix, LocalRoute> routes(
      ClusterImage image,
      OwnBlocks own,
      Collection<LocalPods.LocalPod> pods,
      Optional<Ip> tunnelAddress,
      KernelFacts kernel) {
    var routes = new TreeMap<Prefix, LocalRoute>();
    learned(kernel).forEach(route -> routes.put(route.prefix(), route));
    direct(kernel, configuration(image).ignoredInterfaces())
        .forEach(route -> routes.put(route.prefix(), route));
    for (Prefix block : own.confirmed()) {
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

  /** What others put into the kernel; of several to one destination the preferred one. */
  private static List<LocalRoute> learned(KernelFacts kernel) {
    return kernel.onward().stream()
        .filter(way -> way.made() && way.leadsOn())
        .sorted(NextHopTable::compareMetrics)
        .toList()
        .reversed()
        .stream()
        .map(way ->
            new LocalRoute(
                way.destination(),
                LocalRoute.Kind.KERNEL,
                Optional.of(way.hops().getFirst().device()),
                OptionalLong.of(priority(way)),
                Attributes.LOCAL))
        .toList();
  }

  /** The metric, as far as a local preference can say it. */
  private static long priority(KernelFacts.Onward way) {
    return Math.min(Integer.toUnsignedLong(way.metric()), Integer.MAX_VALUE);
  }

  /** Connected networks, as BIRD's direct protocol: no link-local ones, no loopback. */
  private static List<LocalRoute> direct(KernelFacts kernel, List<String> ignored) {
    var routes = new ArrayList<LocalRoute>();
    for (NodeAddress.LocalInterface local : kernel.interfaces()) {
      boolean skipped =
          NOT_DIRECT.stream().anyMatch(pattern -> Glob.matches(pattern, local.name()))
              || ignored.stream().anyMatch(pattern -> Glob.matches(pattern, local.name()));
      for (InterfaceAddress address : local.addresses()) {
        if (local.up() && !skipped && address.ip().isGlobalUnicast()) {
          routes.add(LocalRoute.on(address.network(), LocalRoute.Kind.DIRECT, local.name()));
        }
      }
    }
    return routes;
  }

  private static BgpConfiguration configuration(ClusterImage image) {
    return image
        .bgpConfigurations()
        .getOrDefault(BgpConfiguration.DEFAULT, BgpConfiguration.defaults());
  }

  /** Of its own advertisements, where a node has any, the cluster's do not count. */
  private static BgpConfiguration advertising(ClusterImage image, NodeName self) {
    BgpConfiguration own = image.bgpConfigurations().get(BgpConfiguration.nameOf(self));
    return own == null || own.prefixAdvertisements().isEmpty() ? configuration(image) : own;
  }

  /**
   * Calico's export order, filled in for this node.
   *
   * @param notes told what a prefixAdvertisement says that is no community
   */
  static CalicoExport export(ClusterImage image, OwnBlocks own, Collection<String> notes) {
    BgpConfiguration configuration = configuration(image);
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
        advertisements(advertising(image, own.self()), notes),
        own.confirmed(),
        List.of(),
        List.of(),
        enabled);
  }

  private static List<CalicoExport.Advertisement> advertisements(
      BgpConfiguration configuration, Collection<String> notes) {
    var all = new ArrayList<CalicoExport.Advertisement>();
    for (BgpConfiguration.PrefixAdvertisement advertisement :
        configuration.prefixAdvertisements()) {
      var communities = new ArrayList<AnyCommunity>();
      for (String word : advertisement.communities()) {
        AnyCommunity.parse(configuration.communities().getOrDefault(word, word))
            .ifPresentOrElse(
                communities::add,
                () ->
                    notes.add(
                        "BGPConfiguration \"%s\": prefixAdvertisements of %s: \"%s\" is neither in communities nor a value such as 65000:100; it is left out"
                            .formatted(configuration.name(), advertisement.cidr(), word)));
      }
      all.add(new CalicoExport.Advertisement(advertisement.cidr(), communities));
    }
    return all;
  }

  private static List<IpPool> sorted(Collection<IpPool> pools) {
    return pools.stream().sorted((a, b) -> a.cidr().compareTo(b.cidr())).toList();
  }
}
