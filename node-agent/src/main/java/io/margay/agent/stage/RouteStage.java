package io.margay.agent.stage;

import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.Way;
import io.margay.tunnel.plan.Ways;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which routes this node should have, from its pods, its blocks and what BGP chose. */
final class RouteStage {
  private RouteStage() {}

  /**
   * What routes depend on.
   *
   * @param pods of this node
   * @param readyInterfaces host ends that are up; the kernel takes no route to another
   * @param blackholes own blocks
   * @param best what BGP chose, own routes included
   * @param peers ways to peers that have a gateway
   * @param ways how packets to other nodes leave
   * @param tunnelUp tunl0 is there and up
   * @param nextHops how next hops are reached
   * @param metrics of pods' and BGP's routes (ipv4NormalRoutePriority, ipv6NormalRoutePriority)
   */
  record Input(
      Collection<LocalPods.LocalPod> pods,
      Set<String> readyInterfaces,
      List<Prefix> blackholes,
      Map<Prefix, BestRoute> best,
      PeerWays peers,
      Ways ways,
      boolean tunnelUp,
      NextHopTable nextHops,
      RoutePriorities metrics) {}

  /**
   * What should be.
   *
   * @param causes what asked for each route
   * @param tunnelled destinations behind IPIP with the node that they are at; the forwarder's table
   * @param left destinations that have no route for now, and why
   * @param pods addresses of this node's pods, also of those without a route yet
   */
  record Result(
      Map<FibKey, FibRoute> routes,
      Map<FibKey, RouteCause> causes,
      Map<Prefix, Ip4> tunnelled,
      Map<Prefix, String> left,
      Map<Ip, Plan.PodRoute> pods) {}

  static Result plan(Input input) {
    var result =
        new Result(
            new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    input.best().values().forEach(route -> fromBgp(route, input, result));
    for (Prefix block : input.blackholes()) {
      // As BIRD exports a static route: without a metric.
      put(
          result,
          FibKey.main(block),
          FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, Ownership.BIRD_PROTOCOL),
          new RouteCause.OwnBlock(block));
    }
    input
        .peers()
        .routes()
        .forEach((peer, way) ->
            put(
                result,
                FibKey.main(peer),
                FibRoute.unicast(
                    Ownership.BIRD_PROTOCOL, FibNextHop.via(way.gateway(), way.device())),
                new RouteCause.WayToPeer(way.object())));
    result.left().putAll(input.peers().left());
    for (LocalPods.LocalPod pod : input.pods()) {
      toPod(pod, input, result);
    }
    return result;
  }

  private static void toPod(LocalPods.LocalPod pod, Input input, Result result) {
    boolean ready = pod.interfaceUp() || input.readyInterfaces().contains(pod.hostInterface());
    for (Ip ip : pod.ips()) {
      FibKey key = key(ip.asPrefix(), input);
      result.pods().put(ip, new Plan.PodRoute(key, pod.hostInterface()));
      if (ready) {
        put(
            result,
            key,
            FibRoute.unicast(Ownership.DEVICE_PROTOCOL, FibNextHop.device(pod.hostInterface())),
            new RouteCause.LocalPod(pod.key()));
      } else {
        result
            .left()
            .put(ip.asPrefix(), "pod " + pod.key() + ": " + pod.hostInterface() + " is not up");
      }
    }
  }

  private static void fromBgp(BestRoute route, Input input, Result result) {
    if (route.isLocal() || route.nextHops().isEmpty()) {
      return;
    }
    var hops = new LinkedHashSet<FibNextHop>();
    var reasons = new ArrayList<Way.Reason>();
    for (BestRoute.NextHop hop : route.nextHops()) {
      Way way = input.ways().to(route.prefix(), hop.address());
      switch (way) {
        case Way.Direct(Way.Reason why) -> {
          List<FibNextHop> onward = input.nextHops().direct(hop.address());
          if (onward.isEmpty()) {
            result.left().put(route.prefix(), "no route to " + hop.address());
          } else {
            hops.addAll(onward);
            reasons.add(why);
          }
        }
        case Way.Ipip(Ip4 node, Way.Reason why) -> {
          result.tunnelled().put(route.prefix(), node);
          if (input.tunnelUp()) {
            hops.add(FibNextHop.onlink(node, TunnelKey.TUNL0));
            reasons.add(why);
          } else {
            result.left().put(route.prefix(), "tunl0 is not up yet");
          }
        }
        case Way.NotByBgp(Way.Reason why) ->
            result.left().put(route.prefix(), "not by BGP: " + why);
      }
    }
    if (!hops.isEmpty()) {
      // One next hop is enough for a route, whatever became of the others.
      result.left().remove(route.prefix());
      put(
          result,
          FibKey.main(route.prefix(), metric(route)),
          FibRoute.unicast(Ownership.BIRD_PROTOCOL, NextHopTable.limited(hops)),
          new RouteCause.FromPeer(
              route.nextHops().getFirst().peer(), route.reason(), reasons.getFirst()));
    }
  }

  /** Calico 3.32: the metric that the route's local preference stands for. */
  private static int metric(BestRoute route) {
    long metric = RoutePriorities.localPref(route.attributes().effectiveLocalPref());
    // Nobody's priority is better than 1, and the kernel makes 1024 of an IPv6 route's 0.
    return (int) Math.max(metric, 1);
  }

  private static FibKey key(Prefix destination, Input input) {
    return FibKey.main(destination, (int) input.metrics().normal(destination.family()));
  }

  private static void put(Result result, FibKey key, FibRoute route, RouteCause cause) {
    result.routes().put(key, route);
    result.causes().put(key, cause);
  }
}
