package io.margay.agent.clean;

import io.margay.foundation.reconcile.Target;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.target.RouteTarget;
import java.util.Map;
import java.util.TreeMap;

/** Routes of ours, by the same rules by which the agent adopts them. */
final class RoutesPart extends TargetPart<FibKey, FibRoute> {
  private final Places places;
  private final boolean pods;
  private final Ownership ownership;

  RoutesPart(Places places, boolean pods) {
    this.places = places;
    this.pods = pods;
    this.ownership =
        new Ownership(
            places.prefixes(),
            Ownership.CALICO.devices(),
            Ownership.CALICO.exclusive(),
            Ownership.CALICO.external());
  }

  @Override
  public String name() {
    return "route";
  }

  @Override
  Target<FibKey, FibRoute> open() {
    return new RouteTarget(places.rtnl().get(), ownership);
  }

  @Override
  void close(Target<FibKey, FibRoute> target) {
    if (target instanceof RouteTarget routes) {
      routes.close();
    }
  }

  @Override
  Map<FibKey, Item> items(Map<FibKey, FibRoute> dump) {
    var items = new TreeMap<FibKey, Item>();
    dump.forEach((key, route) -> {
      boolean toPod = leadsToPod(route);
      if (pods || !toPod) {
        items.put(key, new Item(name(), key + " " + route, why(route, toPod)));
      }
    });
    return items;
  }

  private static String why(FibRoute route, boolean toPod) {
    if (toPod) {
      return "leads to a pod's interface";
    }
    return switch (route.protocol()) {
      case Ownership.BIRD_PROTOCOL -> "protocol 12: of BGP";
      case Ownership.CLUSTER_PROTOCOL -> "protocol 80: of blocks and tunnels";
      default -> "leads into a tunnel device of ours";
    };
  }

  private boolean leadsToPod(FibRoute route) {
    return !route.nextHops().isEmpty()
        && route.nextHops().stream().map(FibNextHop::interfaceName).allMatch(this::isPods);
  }

  private boolean isPods(String device) {
    return places.prefixes().stream().anyMatch(device::startsWith);
  }
}
