package io.margay.route.view;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import io.margay.route.fib.FibNextHop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * The kernel at one moment. Shared by all readers, changed by none.
 *
 * @param routes of the main table, whoever made them; of each prefix the preferred one first; next
 *     hops without the flags that follow the state of their device
 * @param links by index
 * @param addresses as the kernel showed them, then as they came
 */
public record KernelView(
    PMap<Prefix, List<RouteEntry>> routes,
    PMap<Integer, LinkEntry> links,
    PSet<AddressEntry> addresses) {

  /** Nothing is known yet. */
  public static final KernelView EMPTY =
      new KernelView(HashTreePMap.empty(), HashTreePMap.empty(), OrderedPSet.empty());

  /**
   * How packets to an address leave.
   *
   * @param hops routers, or the address itself where it is on the device
   * @param route the route that says so; its metric is the cost
   */
  public record Way(List<FibNextHop> hops, RouteEntry route) {}

  /** The device of that name. */
  public Optional<LinkEntry> link(String name) {
    return links.values().stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** The addresses of a device, in the order in which the kernel told of them. */
  public List<AddressEntry> addressesOf(int interfaceIndex) {
    return addresses.stream().filter(a -> a.interfaceIndex() == interfaceIndex).toList();
  }

  /** Whether a device has this address. */
  public boolean isOwn(Ip ip) {
    return addresses.stream().anyMatch(a -> a.address().ip().equals(ip));
  }

  /**
   * The way to an address by the most specific route around it, as the kernel would choose; empty
   * when there is none, when it ends here (blackhole), when all its devices are down, or when the
   * address is our own.
   */
  public Optional<Way> wayTo(Ip ip) {
    if (isOwn(ip)) {
      return Optional.empty();
    }
    for (int length = ip.family().bits(); length >= 0; length--) {
      List<RouteEntry> candidates = routes.get(Prefix.containing(ip, length));
      if (candidates == null) {
        continue;
      }
      for (RouteEntry route : candidates) {
        if (route.type().isDeadEnd()) {
          return Optional.empty();
        }
        List<FibNextHop> hops = hopsOver(route, ip);
        if (route.type() == RouteType.UNICAST && !hops.isEmpty()) {
          return Optional.of(new Way(hops, route));
        }
      }
    }
    return Optional.empty();
  }

  private List<FibNextHop> hopsOver(RouteEntry route, Ip ip) {
    var hops = new ArrayList<FibNextHop>(route.nextHops().size());
    for (NextHop hop : route.nextHops()) {
      LinkEntry link = links.get(hop.interfaceIndex());
      if (link != null && link.isUp()) {
        Ip gateway = hop.gateway().orElse(ip);
        hops.add(new FibNextHop(link.name(), Optional.of(gateway), hop.isOnlink(), hop.weight()));
      }
    }
    return hops;
  }
}
