package io.margay.agent.stage;

import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.Ways;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Which routes this node should have: from its blocks, what BGP chose, the other nodes' blocks, and
 * its pods.
 */
final class RouteStage {
  private RouteStage() {}

  /** What routes depend on. */
  record Input(Local local, Bgp bgp, Cluster cluster, Links links) {}

  /**
   * This node's own side.
   *
   * @param blackholes own blocks, with the protocol of their routes
   * @param metrics of pods' and BGP's routes (ipv4NormalRoutePriority, ipv6NormalRoutePriority)
   */
  record Local(
      Collection<LocalPods.LocalPod> pods,
      Map<Prefix, Integer> blackholes,
      RoutePriorities metrics) {}

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
   * @param before how they left by the last plan
   */
  record Cluster(
      NodeName self,
      Map<Prefix, Homes.Home> homes,
      NodeEnds ends,
      Ways ways,
      Map<Prefix, Encap> before) {}

  /**
   * The kernel's side.
   *
   * @param ready devices that are up; the kernel takes no route to another
   * @param nextHops how next hops are reached
   * @param uplinks the devices that have this node's own address
   */
  record Links(Set<String> ready, NextHopTable nextHops, Map<Family, String> uplinks) {}

  /**
   * What should be.
   *
   * @param causes what asked for each route
   * @param tunnelled destinations that may be behind a forwarder with the node that they are at;
   *     the forwarder's table
   * @param sent in what packets to other nodes' destinations leave
   * @param left destinations that have no route for now, and why
   * @param pods addresses of this node's pods, also of those without a route yet
   */
  record Result(
      Map<FibKey, FibRoute> routes,
      Map<FibKey, RouteCause> causes,
      Map<Prefix, Ip4> tunnelled,
      Map<Prefix, Encap> sent,
      Map<Prefix, Missing> left,
      Map<Ip, Plan.PodRoute> pods) {}

  /** Of two routes to one destination the later one stands. */
  static Result plan(Input input) {
    var planned = new PlannedRoutes();
    input
        .local()
        .blackholes()
        .forEach((block, protocol) ->
            // As BIRD exports a static route, and as Felix makes one: without a metric.
            planned.put(
                FibKey.main(block),
                FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, protocol),
                new RouteCause.OwnBlock(block)));
    BgpRoutes.add(input, planned);
    ClusterRoutes.add(input, planned);
    toPeers(input.bgp().peers(), planned);
    for (LocalPods.LocalPod pod : input.local().pods()) {
      toPod(pod, input, planned);
    }
    return planned.result();
  }

  private static void toPeers(PeerWays peers, PlannedRoutes planned) {
    peers
        .routes()
        .forEach((peer, way) ->
            planned.put(
                FibKey.main(peer),
                FibRoute.unicast(
                    Ownership.BIRD_PROTOCOL, FibNextHop.via(way.gateway(), way.device())),
                new RouteCause.WayToPeer(way.object())));
    planned.left(peers.left());
  }

  private static void toPod(LocalPods.LocalPod pod, Input input, PlannedRoutes planned) {
    boolean ready = pod.interfaceUp() || input.links().ready().contains(pod.hostInterface());
    for (Ip ip : pod.ips()) {
      int metric = (int) input.local().metrics().normal(ip.family());
      FibKey key = FibKey.main(ip.asPrefix(), metric);
      planned.pod(ip, new Plan.PodRoute(key, pod.hostInterface()));
      if (ready) {
        planned.put(
            key,
            FibRoute.unicast(Ownership.DEVICE_PROTOCOL, FibNextHop.device(pod.hostInterface())),
            new RouteCause.LocalPod(pod.key()));
      } else {
        planned.left(ip.asPrefix(), new Missing.PodInterfaceDown(pod.key(), pod.hostInterface()));
      }
    }
  }
}
