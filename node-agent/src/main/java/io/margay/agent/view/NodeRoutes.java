package io.margay.agent.view;

import io.margay.agent.stage.Missing;
import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The routes to what other nodes have: as the kernel has them, beside what is wanted. */
public final class NodeRoutes {
  private final PlannedRoutes routes;
  private final Map<FibKey, String> refused;

  /** What is wanted, by destination: of two with one destination the one that the kernel takes. */
  private final Map<Prefix, Wanted> wanted = new HashMap<>();

  private final Map<FibKey, List<FibRoute>> found = new HashMap<>();

  /**
   * How a destination stands.
   *
   * @param there its route in the kernel, as ip-route(8) would write it
   * @param hop where the wanted route leads first
   * @param drift what is otherwise than wanted; empty where nothing is
   * @param why there is such a route, or none
   */
  record State(Optional<String> there, Optional<Hop> hop, List<String> drift, String why) {}

  private record Wanted(FibKey key, FibRoute route) {}

  /** A next hop, and the device before it. */
  record Hop(Optional<Ip> gateway, String device) {}

  /**
   * Of a plan.
   *
   * @param kernel all routes of a table, as they were just read
   * @param names of the devices, by index
   * @param status how the loop stands that puts routes into the kernel
   */
  public NodeRoutes(
      PlannedRoutes routes,
      Collection<RouteEntry> kernel,
      IntFunction<String> names,
      Optional<ReconcileStatus<FibKey>> status) {
    this.routes = routes;
    this.refused = StatusWords.refused(status);
    routes
        .wanted()
        .forEach((key, route) ->
            wanted.merge(
                key.destination(),
                new Wanted(key, route),
                (a, b) -> Integer.compareUnsigned(a.key.metric(), b.key.metric()) <= 0 ? a : b));
    for (RouteEntry entry : kernel) {
      FibKey key = FibKey.of(entry);
      @Nullable Wanted one = wanted.get(entry.destination());
      if (one != null && one.key.equals(key)) {
        KernelForm.read(entry, names)
            .ifPresent(route -> found.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(route));
      }
    }
  }

  /** How the route to a destination stands. */
  State at(Prefix destination) {
    @Nullable Wanted one = wanted.get(destination);
    if (one == null) {
      String why =
          Optional.ofNullable(routes.left().get(destination)).map(Missing::text).orElse("");
      return new State(Optional.empty(), Optional.empty(), List.of(), why);
    }
    FibKey key = one.key;
    FibRoute route = one.route;
    List<FibRoute> there = found.getOrDefault(key, List.of());
    Optional<Hop> hop = route.nextHops().stream().findFirst().map(NodeRoutes::hop);
    Optional<String> shown =
        there.contains(route)
            ? Optional.of(route.toString())
            : there.stream().findFirst().map(FibRoute::toString);
    return new State(shown, hop, drift(key, route, there), why(key));
  }

  private static Hop hop(FibNextHop hop) {
    return new Hop(hop.gateway(), hop.interfaceName());
  }

  private List<String> drift(FibKey key, FibRoute route, List<FibRoute> there) {
    if (there.contains(route)) {
      return List.of();
    }
    String what =
        there.isEmpty()
            ? "route " + key.destination() + " missing, wanted " + route
            : "route " + key.destination() + " is " + there.getFirst() + ", wanted " + route;
    String reason = refused.get(key);
    return List.of(reason == null ? what : what + ", refused: " + reason);
  }

  private String why(FibKey key) {
    return switch (routes.causes().get(key)) {
      case RouteCause.OtherNode(_, _, var way) -> RouteCause.words(way);
      case RouteCause.FromPeer(_, _, var way) -> RouteCause.words(way);
      case null -> "";
      case RouteCause cause -> cause.text();
    };
  }
}
