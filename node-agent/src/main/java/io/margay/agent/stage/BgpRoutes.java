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
import io.margay.tunnel.plan.Ways;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes that BGP brings: those of pools that the cluster's own routes do not serve. */
final class BgpRoutes {
  private final RouteStage.Input input;
  private final Optional<Encap> before;
  private final DestinationPlan.Draft draft;

  private BgpRoutes(RouteStage.Input input, Optional<Encap> before, DestinationPlan.Draft draft) {
    this.input = input;
    this.before = before;
    this.draft = draft;
  }

  /**
   * Adds what was chosen for the draft's destination.
   *
   * @param before in what its packets left by the last plan
   */
  static void add(
      BestRoute route,
      RouteStage.Input input,
      Optional<Encap> before,
      DestinationPlan.Draft draft) {
    new BgpRoutes(input, before, draft).add(route);
  }

  private void add(BestRoute route) {
    if (route.isLocal() || route.nextHops().isEmpty()) {
      return;
    }
    var hops = new LinkedHashSet<FibNextHop>();
    Way.@Nullable Reason why = null;
    for (BestRoute.NextHop hop : route.nextHops()) {
      Way way = way(route.prefix(), input.cluster().ends().at(hop.address()));
      if (addHops(hop, way, hops) && why == null) {
        why = way.why();
      }
    }
    if (why != null) {
      // One next hop is enough for a route, whatever became of the others.
      draft.found();
      draft.put(
          FibKey.main(route.prefix(), metric(route)),
          FibRoute.unicast(Ownership.BIRD_PROTOCOL, NextHopTable.limited(hops)),
          new RouteCause.FromPeer(route.nextHops().getFirst().peer(), route.reason(), why));
    }
  }

  private Way way(Prefix destination, NodeEnd end) {
    Ways ways = input.cluster().ways();
    if (ways.isInPool(destination)) {
      draft.tunnelled(end.address());
    }
    return ways.to(destination, end, before);
  }

  /** False when there is no way by this next hop. */
  private boolean addHops(BestRoute.NextHop hop, Way way, Set<FibNextHop> hops) {
    if (!way.isOfBgp()) {
      draft.left(new Missing.NoAffinity(draft.destination()));
      return false;
    }
    if (way instanceof Way.Ipip(Ip4 node, _)) {
      if (!input.links().ready().contains(TunnelKey.TUNL0)) {
        draft.left(new Missing.DeviceDown(TunnelKey.TUNL0));
        return false;
      }
      hops.add(FibNextHop.onlink(node, TunnelKey.TUNL0));
      draft.sent(Encap.IPIP);
      return true;
    }
    List<FibNextHop> onward = input.links().nextHops().direct(hop.address());
    if (onward.isEmpty()) {
      draft.left(new Missing.NextHopUnreached(hop.address()));
      return false;
    }
    hops.addAll(onward);
    draft.sent(Encap.DIRECT);
    return true;
  }

  /** Calico 3.32: the metric that the route's local preference stands for. */
  private static int metric(BestRoute route) {
    long metric = RoutePriorities.localPref(route.attributes().effectiveLocalPref());
    // Nobody's priority is better than 1, and the kernel makes 1024 of an IPv6 route's 0.
    return (int) Math.max(metric, 1);
  }
}
