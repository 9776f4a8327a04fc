package io.margay.agent.stage;

import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.Ways;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which route this node should have to a destination: from its blocks, what BGP chose, the other
 * nodes' blocks, and its pods.
 */
final class RouteStage {
  private RouteStage() {}

  /** What routes depend on. */
  record Input(Local local, Bgp bgp, Cluster cluster, Links links) {}

  /**
   * This node's own side.
   *
   * @param pods by each of their addresses
   * @param blackholes own blocks, with the protocol of their routes
   * @param metrics of pods' and BGP's routes (ipv4NormalRoutePriority, ipv6NormalRoutePriority)
   */
  record Local(
      Map<Prefix, List<LocalPods.LocalPod>> pods,
      Map<Prefix, Integer> blackholes,
      RoutePriorities metrics) {
    /** Pods by address, as an input has them. */
    static Map<Prefix, List<LocalPods.LocalPod>> byAddress(Collection<LocalPods.LocalPod> pods) {
      var byAddress = new HashMap<Prefix, List<LocalPods.LocalPod>>();
      for (LocalPods.LocalPod pod : pods) {
        for (Ip ip : pod.ips()) {
          byAddress.computeIfAbsent(ip.asPrefix(), _ -> new ArrayList<>(1)).add(pod);
        }
      }
      return byAddress;
    }

    FibKey podKey(Prefix address) {
      return FibKey.main(address, (int) metrics.normal(address.family()));
    }
  }

  /**
   * What BGP says.
   *
   * @param on false: this node speaks no BGP, and all routes to others come from the API's objects
   * @param best what BGP chose, own routes included
   * @param peers ways to peers that have a gateway
   */
  record Bgp(boolean on, Map<Prefix, BestRoute> best, PeerWays peers) {}

  /**
   * The other nodes.
   *
   * @param homes where blocks and borrowed addresses are
   * @param ways how packets to other nodes leave
   */
  record Cluster(NodeName self, Map<Prefix, Homes.Home> homes, NodeEnds ends, Ways ways) {}

  /**
   * The kernel's side.
   *
   * @param ready devices that are up; the kernel takes no route to another
   * @param nextHops how next hops are reached
   * @param uplinks the devices that have this node's own address
   */
  record Links(Set<String> ready, NextHopTable nextHops, Map<Family, String> uplinks) {}

  /**
   * The plan for one destination. Of two routes with one key the later one stands.
   *
   * @param before in what its packets left by the last plan
   */
  static DestinationPlan plan(Prefix destination, Input input, Optional<Encap> before) {
    var draft = new DestinationPlan.Draft(destination);
    blackhole(input.local(), draft);
    @Nullable BestRoute best = input.bgp().best().get(destination);
    if (best != null) {
      BgpRoutes.add(best, input, before, draft);
    }
    Homes.@Nullable Home home = input.cluster().homes().get(destination);
    if (home != null) {
      ClusterRoutes.add(home, input, before, draft);
    }
    toPeer(input.bgp().peers(), draft);
    for (LocalPods.LocalPod pod : input.local().pods().getOrDefault(destination, List.of())) {
      toPod(pod, input, draft);
    }
    return draft.plan();
  }

  private static void blackhole(Local local, DestinationPlan.Draft draft) {
    @Nullable Integer protocol = local.blackholes().get(draft.destination());
    if (protocol != null) {
      // As BIRD exports a static route, and as Felix makes one: without a metric.
      draft.put(
          FibKey.main(draft.destination()),
          FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, protocol),
          new RouteCause.OwnBlock(draft.destination()));
    }
  }

  private static void toPeer(PeerWays peers, DestinationPlan.Draft draft) {
    PeerWays.@Nullable Way way = peers.routes().get(draft.destination());
    if (way != null) {
      draft.put(
          FibKey.main(draft.destination()),
          FibRoute.unicast(Ownership.BIRD_PROTOCOL, FibNextHop.via(way.gateway(), way.device())),
          new RouteCause.WayToPeer(way.object()));
    }
    @Nullable Missing left = peers.left().get(draft.destination());
    if (left != null) {
      draft.left(left);
    }
  }

  private static void toPod(LocalPods.LocalPod pod, Input input, DestinationPlan.Draft draft) {
    if (pod.interfaceUp() || input.links().ready().contains(pod.hostInterface())) {
      draft.put(
          input.local().podKey(draft.destination()),
          FibRoute.unicast(Ownership.DEVICE_PROTOCOL, FibNextHop.device(pod.hostInterface())),
          new RouteCause.LocalPod(pod.key()));
    } else {
      draft.left(new Missing.PodInterfaceDown(pod.key(), pod.hostInterface()));
    }
  }
}
