package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is planned for one destination.
 *
 * @param routes of different metrics
 * @param tunnelled the node that it is behind, where a forwarder may have to know it
 * @param sent in what its packets leave; null when this node sends it none
 * @param left why it has no route, or one less, for now
 */
record DestinationPlan(
    List<Route> routes, @Nullable Ip4 tunnelled, @Nullable Encap sent, @Nullable Missing left) {
  /** No object asks for a route. */
  static final DestinationPlan NOTHING = new DestinationPlan(List.of(), null, null, null);

  /** The same, with routes from among these where equal ones are there; adds those that are not. */
  DestinationPlan sharing(Map<FibRoute, FibRoute> shared) {
    return new DestinationPlan(
        routes.stream()
            .map(it ->
                new Route(it.key, shared.computeIfAbsent(it.route, Function.identity()), it.cause))
            .toList(),
        tunnelled,
        sent,
        left);
  }

  /** A route, and what asked for it. */
  record Route(FibKey key, FibRoute route, RouteCause cause) {}

  /**
   * A plan while it is made. What is put later stands in the place of what was put before it, so
   * whoever puts goes from the weakest class of routes to the strongest.
   */
  static final class Draft {
    private final Prefix destination;
    private final List<Route> routes = new ArrayList<>(1);
    private @Nullable Ip4 tunnelled;
    private @Nullable Encap sent;
    private @Nullable Missing left;

    Draft(Prefix destination) {
      this.destination = destination;
    }

    Prefix destination() {
      return destination;
    }

    void put(FibKey key, FibRoute route, RouteCause cause) {
      routes.removeIf(other -> other.key.equals(key));
      routes.add(new Route(key, route, cause));
    }

    /** A route is there, whatever kept another one away. */
    void found() {
      left = null;
    }

    void left(Missing why) {
      left = why;
    }

    /**
     * Its packets may go by a forwarder to that node, now or after the next change: the forwarder
     * has to know it before the kernel sends the first packet there.
     */
    void tunnelled(Ip node) {
      if (destination.family() == Family.IPV4 && node instanceof Ip4 v4) {
        tunnelled = v4;
      }
    }

    void sent(Encap encap) {
      sent = encap;
    }

    DestinationPlan plan() {
      return routes.isEmpty() && tunnelled == null && sent == null && left == null
          ? NOTHING
          : new DestinationPlan(List.copyOf(routes), tunnelled, sent, left);
    }
  }
}
