package io.margay.route.fib;

import io.margay.foundation.addr.Family;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/** Our form of a route and the kernel's: device names here, indexes there. */
public final class KernelForm {
  private KernelForm() {}

  /**
   * The kernel's form of a route.
   *
   * @param index the device of a name
   */
  public static RouteEntry of(FibKey key, FibRoute route, ToIntFunction<String> index) {
    var hops = new ArrayList<NextHop>(route.nextHops().size());
    for (FibNextHop hop : route.nextHops()) {
      int flags = hop.onlink() ? NextHop.ONLINK : 0;
      int device = index.applyAsInt(hop.interfaceName());
      hops.add(new NextHop(hop.gateway(), device, hop.weight(), flags));
    }
    return new RouteEntry(
        key.table(),
        key.destination(),
        key.metric(),
        route.type().kernel(),
        route.protocol(),
        route.scope(),
        0,
        route.preferredSource(),
        route.metrics(),
        0,
        hops);
  }

  /**
   * Our form of a route; empty for what we never make: other types, a type of service.
   *
   * @param name the name of a device
   */
  public static Optional<FibRoute> read(RouteEntry route, IntFunction<String> name) {
    Optional<FibRoute.Type> type = FibRoute.Type.of(route.type());
    if (type.isEmpty() || route.tos() != 0) {
      return Optional.empty();
    }
    boolean unicast = type.get() == FibRoute.Type.UNICAST;
    if (unicast == route.nextHops().isEmpty()) {
      return Optional.empty();
    }
    var hops = new ArrayList<FibNextHop>(route.nextHops().size());
    for (NextHop hop : route.nextHops()) {
      String device = name.apply(hop.interfaceIndex());
      hops.add(new FibNextHop(device, hop.gateway(), hop.isOnlink(), hop.weight()));
    }
    return Optional.of(
        new FibRoute(
            type.get(),
            route.protocol(),
            scope(route, hops),
            route.preferredSource(),
            route.metrics(),
            hops));
  }

  /** IPv6 knows no scopes and shows universe for all. */
  private static int scope(RouteEntry route, List<FibNextHop> hops) {
    return route.destination().family() == Family.IPV6 ? FibRoute.scopeOf(hops) : route.scope();
  }
}
