package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The routes of one plan while it is made. What is put later stands in the place of what was put
 * before it, so whoever puts goes from the weakest class of routes to the strongest.
 */
final class PlannedRoutes {
  private final Map<FibKey, FibRoute> routes = new HashMap<>();

  /** Routes of many keys are equal; each is held once. */
  private final Map<FibRoute, FibRoute> equals = new HashMap<>();

  private final Map<FibKey, RouteCause> causes = new HashMap<>();
  private final Map<Prefix, Ip4> tunnelled = new HashMap<>();
  private final Map<Prefix, Encap> sent = new HashMap<>();
  private final Map<Prefix, Missing> left = new HashMap<>();
  private final Map<Ip, Plan.PodRoute> pods = new HashMap<>();

  void put(FibKey key, FibRoute route, RouteCause cause) {
    routes.put(key, equals.computeIfAbsent(route, Function.identity()));
    causes.put(key, cause);
  }

  /** A route is there, whatever kept another one away. */
  void found(Prefix destination) {
    left.remove(destination);
  }

  void left(Prefix destination, Missing why) {
    left.put(destination, why);
  }

  void left(Map<Prefix, Missing> all) {
    left.putAll(all);
  }

  /**
   * Packets to a destination may go by a forwarder to that node, now or after the next change: the
   * forwarder has to know it before the kernel sends the first packet there.
   */
  void tunnelled(Prefix destination, Ip node) {
    if (destination.family() == Family.IPV4 && node instanceof Ip4 v4) {
      tunnelled.put(destination, v4);
    }
  }

  /** In what packets to a destination are sent. */
  void sent(Prefix destination, Encap encap) {
    sent.put(destination, encap);
  }

  /** A pod of this node has, or will have, its address there. */
  void pod(Ip address, Plan.PodRoute route) {
    pods.put(address, route);
  }

  RouteStage.Result result() {
    return new RouteStage.Result(routes, causes, tunnelled, sent, left, pods);
  }
}
