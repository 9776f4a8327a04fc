package io.margay.route.view;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import io.margay.route.fib.FibNextHop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How packets to an address leave, by what a view shows.
 *
 * @param hops routers, or the address itself where it is on the device
 * @param route the route that says so
 */
public record Way(List<FibNextHop> hops, RouteEntry route) {
  /**
   * By the most specific route around the address, as the kernel would choose; empty when there is
   * none, when it ends here (blackhole), when all its devices are down, or when the address is our
   * own.
   */
  public static Optional<Way> to(KernelView view, Ip ip) {
    if (view.addresses().stream().anyMatch(a -> a.address().ip().equals(ip))) {
      return Optional.empty();
    }
    for (int length = ip.family().bits(); length >= 0; length--) {
      for (RouteEntry route :
          view.routes().getOrDefault(Prefix.containing(ip, length), List.of())) {
        if (route.type().isDeadEnd()) {
          return Optional.empty();
        }
        List<FibNextHop> hops = hopsOver(view, route, ip);
        if (route.type() == RouteType.UNICAST && !hops.isEmpty()) {
          return Optional.of(new Way(hops, route));
        }
      }
    }
    return Optional.empty();
  }

  private static List<FibNextHop> hopsOver(KernelView view, RouteEntry route, Ip ip) {
    var hops = new ArrayList<FibNextHop>(route.nextHops().size());
    for (NextHop hop : route.nextHops()) {
      LinkEntry link = view.links().get(hop.interfaceIndex());
      if (link != null && link.isUp()) {
        Ip gateway = hop.gateway().orElse(ip);
        hops.add(new FibNextHop(link.name(), Optional.of(gateway), hop.isOnlink(), hop.weight()));
      }
    }
    return hops;
  }
}
