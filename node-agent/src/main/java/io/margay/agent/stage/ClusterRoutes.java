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
import java.util.Optional;

/**
 * The routes to other nodes that come from the API's objects, as Felix makes them: those of VXLAN
 * pools, and all of them where there is no BGP. For each block of another node it is decided here
 * whether it has a route and which.
 */
final class ClusterRoutes {
  private final RouteStage.Input input;
  private final Homes.Home home;
  private final DestinationPlan.Draft draft;
  private final Prefix destination;

  private ClusterRoutes(RouteStage.Input input, Homes.Home home, DestinationPlan.Draft draft) {
    this.input = input;
    this.home = home;
    this.draft = draft;
    this.destination = draft.destination();
  }

  /**
   * Adds what the draft's destination asks for by its home.
   *
   * @param before in what its packets left by the last plan
   */
  static void add(
      Homes.Home home,
      RouteStage.Input input,
      Optional<Encap> before,
      DestinationPlan.Draft draft) {
    new ClusterRoutes(input, home, draft).add(before);
  }

  private void add(Optional<Encap> before) {
    RouteStage.Cluster cluster = input.cluster();
    // A route without a metric would hide that of a pod which is here now.
    if (home.node().equals(cluster.self()) || input.local().pods().containsKey(destination)) {
      return;
    }
    Family family = destination.family();
    Optional<NodeEnd> end = cluster.ends().of(home.node(), family);
    if (end.isEmpty()) {
      boolean known = cluster.ends().knows(home.node());
      draft.left(
          known
              ? new Missing.NoNodeAddress(home.node(), family)
              : new Missing.UnknownNode(home.node()));
      return;
    }
    if (!input.bgp().on() && !cluster.ways().isInPool(destination)) {
      draft.left(new Missing.NoPool(home.node()));
      return;
    }
    draft.tunnelled(end.get().address());
    Way way = cluster.ways().to(destination, end.get(), before);
    if (input.bgp().on() && way.isOfBgp()) {
      if (!input.bgp().best().containsKey(destination)) {
        draft.left(new Missing.NotFromBgp(home.node()));
      }
      return;
    }
    switch (way) {
      case Way.Vxlan(Vtep vtep, _) -> byVxlan(vtep, way);
      case Way.Ipip(Ip4 node, _) ->
          byDevice(FibNextHop.onlink(node, TunnelKey.TUNL0), Encap.IPIP, way);
      case Way.Udp(Ip4 node, _) -> byDevice(FibNextHop.onlink(node, TunnelKey.UDP), Encap.UDP, way);
      case Way.Direct(Way.Reason why) -> direct(end.get().address(), why);
      case Way.Nowhere(Way.Reason why) -> draft.left(new Missing.NoWay(home.node(), why));
    }
  }

  private void byVxlan(Vtep vtep, Way way) {
    String device = TunnelKey.vxlanDevice(destination.family());
    // The other end itself is on the link; what is behind it has it as next hop.
    boolean isEnd = destination.equals(vtep.tunnelAddress().asPrefix());
    FibNextHop hop =
        isEnd ? FibNextHop.device(device) : FibNextHop.onlink(vtep.tunnelAddress(), device);
    byDevice(hop, Encap.vxlan(destination.family()), way);
  }

  private void byDevice(FibNextHop hop, Encap encap, Way way) {
    if (input.links().ready().contains(hop.interfaceName())) {
      put(hop, encap, way.why());
    } else {
      draft.left(new Missing.DeviceDown(hop.interfaceName()));
    }
  }

  /** Straight to the node: it is in our subnet by its address, or on a link by our routes. */
  private void direct(Ip address, Way.Reason why) {
    if (why == Way.Reason.VXLAN_SAME_SUBNET) {
      String uplink = input.links().uplinks().get(address.family());
      if (uplink == null) {
        draft.left(new Missing.NoUplink(address.family()));
        return;
      }
      put(FibNextHop.onlink(address, uplink), Encap.DIRECT, why);
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
      draft.left(new Missing.NotOnLink(home.node(), address));
      return;
    }
    put(FibNextHop.onlink(address, link.get()), Encap.DIRECT, why);
  }

  private void put(FibNextHop hop, Encap encap, Way.Reason why) {
    draft.found();
    draft.sent(encap);
    draft.put(
        FibKey.main(destination),
        FibRoute.unicast(Ownership.CLUSTER_PROTOCOL, hop),
        new RouteCause.OtherNode(home.node(), home.kind(), why));
  }
}
