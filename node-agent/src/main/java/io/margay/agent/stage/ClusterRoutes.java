package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.NodeEnd;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.Way;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The routes to other nodes that come from the API's objects, as Felix makes them: those of VXLAN
 * pools, and all of them where there is no BGP. For each block of another node it is decided here
 * whether it has a route and which.
 */
final class ClusterRoutes {
  private final RouteStage.Input input;
  private final PlannedRoutes planned;
  private final Set<Prefix> ownPods = new HashSet<>();

  private ClusterRoutes(RouteStage.Input input, PlannedRoutes planned) {
    this.input = input;
    this.planned = planned;
    for (LocalPods.LocalPod pod : input.local().pods()) {
      pod.ips().forEach(ip -> ownPods.add(ip.asPrefix()));
    }
  }

  static void add(RouteStage.Input input, PlannedRoutes planned) {
    var routes = new ClusterRoutes(input, planned);
    input.cluster().homes().forEach(routes::add);
  }

  private void add(Prefix destination, Homes.Home home) {
    RouteStage.Cluster cluster = input.cluster();
    // A route without a metric would hide that of a pod which is here now.
    if (home.node().equals(cluster.self()) || ownPods.contains(destination)) {
      return;
    }
    Family family = destination.family();
    Optional<NodeEnd> end = cluster.ends().of(home.node(), family);
    if (end.isEmpty()) {
      boolean known = cluster.ends().knows(home.node());
      planned.left(
          destination,
          known
              ? new Missing.NoNodeAddress(home.node(), family)
              : new Missing.UnknownNode(home.node()));
      return;
    }
    if (!input.bgp().on() && !cluster.ways().isInPool(destination)) {
      planned.left(destination, new Missing.NoPool(home.node()));
      return;
    }
    planned.tunnelled(destination, end.get().address());
    Optional<Encap> before = Optional.ofNullable(cluster.before().get(destination));
    Way way = cluster.ways().to(destination, end.get(), before);
    if (input.bgp().on() && way.isOfBgp()) {
      if (!input.bgp().best().containsKey(destination)) {
        planned.left(destination, new Missing.NotFromBgp(home.node()));
      }
      return;
    }
    switch (way) {
      case Way.Vxlan(Vtep vtep, _) -> byVxlan(destination, vtep, home, way);
      case Way.Ipip(Ip4 node, _) ->
          byDevice(destination, FibNextHop.onlink(node, TunnelKey.TUNL0), Encap.IPIP, home, way);
      case Way.Udp(Ip4 node, _) ->
          byDevice(destination, FibNextHop.onlink(node, TunnelKey.UDP), Encap.UDP, home, way);
      case Way.Direct(Way.Reason why) -> direct(destination, end.get().address(), home, why);
      case Way.Nowhere(Way.Reason why) ->
          planned.left(destination, new Missing.NoWay(home.node(), why));
    }
  }

  private void byVxlan(Prefix destination, Vtep vtep, Homes.Home home, Way way) {
    String device = TunnelKey.vxlanDevice(destination.family());
    // The other end itself is on the link; what is behind it has it as next hop.
    boolean isEnd = destination.equals(vtep.tunnelAddress().asPrefix());
    FibNextHop hop =
        isEnd ? FibNextHop.device(device) : FibNextHop.onlink(vtep.tunnelAddress(), device);
    byDevice(destination, hop, Encap.vxlan(destination.family()), home, way);
  }

  private void byDevice(Prefix destination, FibNextHop hop, Encap encap, Homes.Home home, Way way) {
    if (input.links().ready().contains(hop.interfaceName())) {
      put(destination, hop, encap, home, way.why());
    } else {
      planned.left(destination, new Missing.DeviceDown(hop.interfaceName()));
    }
  }

  /** Straight to the node: it is in our subnet by its address, or on a link by our routes. */
  private void direct(Prefix destination, Ip address, Homes.Home home, Way.Reason why) {
    if (why == Way.Reason.VXLAN_SAME_SUBNET) {
      String uplink = input.links().uplinks().get(address.family());
      if (uplink == null) {
        planned.left(destination, new Missing.NoUplink(address.family()));
        return;
      }
      put(destination, FibNextHop.onlink(address, uplink), Encap.DIRECT, home, why);
      return;
    }
    Optional<String> link =
        input
            .links()
            .nextHops()
            .way(address)
            .map(way -> way.hops().getFirst())
            .filter(hop -> hop.gateway().isEmpty())
            .map(KernelFacts.Hop::device);
    if (link.isEmpty()) {
      planned.left(destination, new Missing.NotOnLink(home.node(), address));
      return;
    }
    put(destination, FibNextHop.onlink(address, link.get()), Encap.DIRECT, home, why);
  }

  private void put(
      Prefix destination, FibNextHop hop, Encap encap, Homes.Home home, Way.Reason why) {
    planned.found(destination);
    planned.sent(destination, encap);
    planned.put(
        FibKey.main(destination),
        FibRoute.unicast(Ownership.CLUSTER_PROTOCOL, hop),
        new RouteCause.OtherNode(home.node(), home.kind(), why));
  }
}
