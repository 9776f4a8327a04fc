package io.margay.agent.stage;

import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.NodeEnd;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.Way;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes that BGP brings: those of pools that the cluster's own routes do not serve. */
final class BgpRoutes {
  private final RouteStage.Input input;
  private final PlannedRoutes planned;

  private BgpRoutes(RouteStage.Input input, PlannedRoutes planned) {
    this.input = input;
    this.planned = planned;
  }

  static void add(RouteStage.Input input, PlannedRoutes planned) {
    var routes = new BgpRoutes(input, planned);
    input.bgp().best().values().forEach(routes::add);
  }

  private void add(BestRoute route) {
    if (route.isLocal() || route.nextHops().isEmpty()) {
      return;
    }
    var hops = new LinkedHashSet<FibNextHop>();
    Way.@Nullable Reason why = null;
    for (BestRoute.NextHop hop : route.nextHops()) {
      Way way = way(route.prefix(), input.cluster().ends().at(hop.address()));
      if (addHops(route.prefix(), hop, way, hops) && why == null) {
        why = way.why();
      }
    }
    if (why != null) {
      // One next hop is enough for a route, whatever became of the others.
      planned.found(route.prefix());
      planned.put(
          FibKey.main(route.prefix(), metric(route)),
          FibRoute.unicast(Ownership.BIRD_PROTOCOL, NextHopTable.limited(hops)),
          new RouteCause.FromPeer(route.nextHops().getFirst().peer(), route.reason(), why));
    }
  }

  private Way way(Prefix destination, NodeEnd end) {
    RouteStage.Cluster cluster = input.cluster();
    if (cluster.ways().isInPool(destination)) {
      planned.tunnelled(destination, end.address());
    }
    Optional<Encap> before = Optional.ofNullable(cluster.before().get(destination));
    return cluster.ways().to(destination, end, before);
  }

  /** False when there is no way by this next hop. */
  private boolean addHops(
      Prefix destination, BestRoute.NextHop hop, Way way, Set<FibNextHop> hops) {
    if (!way.isOfBgp()) {
      planned.left(destination, new Missing.NoAffinity(destination));
      return false;
    }
    if (way instanceof Way.Ipip(Ip4 node, _)) {
      if (!input.links().ready().contains(TunnelKey.TUNL0)) {
        planned.left(destination, new Missing.DeviceDown(TunnelKey.TUNL0));
        return false;
      }
      hops.add(FibNextHop.onlink(node, TunnelKey.TUNL0));
      planned.sent(destination, Encap.IPIP);
      return true;
    }
    List<FibNextHop> onward = input.links().nextHops().direct(hop.address());
    if (onward.isEmpty()) {
      planned.left(destination, new Missing.NextHopUnreached(hop.address()));
      return false;
    }
    hops.addAll(onward);
    planned.sent(destination, Encap.DIRECT);
    return true;
  }

  /** Calico 3.32: the metric that the route's local preference stands for. */
  private static int metric(BestRoute route) {
    long metric = RoutePriorities.localPref(route.attributes().effectiveLocalPref());
    // Nobody's priority is better than 1, and the kernel makes 1024 of an IPv6 route's 0.
    return (int) Math.max(metric, 1);
  }
}
