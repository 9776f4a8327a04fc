package io.margay.route.view;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** Makes each view out of the one before and an event. Owned by one thread. */
public final class ViewBuilder {
  private static final int KERNEL_PROTOCOL = 2;
  private static final int ADVERTISED_PROTOCOL = 9;

  private static final Comparator<RouteEntry> PREFERRED_FIRST =
      (a, b) -> Integer.compareUnsigned(a.metric(), b.metric());

  private final Predicate<RouteEntry> shown;
  private PMap<Prefix, List<RouteEntry>> routes = HashTreePMap.empty();
  private PMap<Integer, LinkEntry> links = HashTreePMap.empty();
  private PSet<AddressEntry> addresses = OrderedPSet.empty();
  private boolean changed;

  /**
   * One that knows of nothing yet.
   *
   * @param shown which routes of the main table a view has: those that somebody asks it for, for
   *     there may be a hundred thousand others
   */
  public ViewBuilder(Predicate<RouteEntry> shown) {
    this.shown = shown;
  }

  /** Whether the view is another than {@link #view} gave last. */
  public boolean hasChanged() {
    return changed;
  }

  public KernelView view() {
    changed = false;
    return new KernelView(routes, links, addresses);
  }

  /** Starts anew from dumps. */
  public void reset(
      Collection<RouteEntry> allRoutes,
      Collection<LinkEntry> allLinks,
      Collection<AddressEntry> allAddresses) {
    var byPrefix = new HashMap<Prefix, List<RouteEntry>>();
    for (RouteEntry route : allRoutes) {
      if (isShown(route)) {
        byPrefix
            .computeIfAbsent(route.destination(), _ -> new ArrayList<>(1))
            .add(withHops(route, lasting(route.nextHops())));
      }
    }
    // Stable: of equal metrics the kernel uses the one that it shows first.
    byPrefix.values().forEach(list -> list.sort(PREFERRED_FIRST));
    byPrefix.replaceAll((_, list) -> List.copyOf(list));
    routes = HashTreePMap.from(byPrefix);
    var byIndex = new HashMap<Integer, LinkEntry>();
    allLinks.forEach(link -> byIndex.put(link.index(), link));
    links = HashTreePMap.from(byIndex);
    addresses = OrderedPSet.from(allAddresses);
    changed = true;
  }

  /**
   * Takes one event.
   *
   * @return false when it tells only that something changed, not what: dumps are needed
   */
  public boolean take(RtnlEvent event) {
    switch (event) {
      case RtnlEvent.RouteChanged(RouteEntry route, _) -> put(route);
      case RtnlEvent.RouteGone(RouteEntry route, _) -> remove(route);
      case RtnlEvent.LinkChanged(LinkEntry link) -> {
        changed = true;
        LinkEntry before = links.get(link.index());
        links = links.plus(link.index(), link);
        if (before != null && before.isUp() && !link.isUp()) {
          routesDiedWith(link.index());
        }
      }
      case RtnlEvent.LinkGone(LinkEntry link) -> {
        changed = true;
        links = links.minus(link.index());
        routesDiedWith(link.index());
        addresses =
            addresses.minusAll(
                addresses.stream().filter(a -> a.interfaceIndex() == link.index()).toList());
      }
      case RtnlEvent.AddressChanged(AddressEntry address) -> {
        // Told again unchanged, as when its lease is renewed, it keeps its place.
        if (!addresses.contains(address)) {
          removeAddress(address);
          addresses = addresses.plus(address);
          changed = true;
        }
      }
      case RtnlEvent.AddressGone(AddressEntry address) -> {
        removeAddress(address);
        changed = true;
        // IPv4 routes may have died with it, and the kernel does not say which.
        return address.address().ip().family() == Family.IPV6;
      }
      case RtnlEvent.NeighbourChanged _,
          RtnlEvent.NeighbourGone _,
          RtnlEvent.RuleChanged _,
          RtnlEvent.RuleGone _ -> {}
      case RtnlEvent.Overrun _ -> {
        return false;
      }
    }
    return true;
  }

  /** The same address with other flags or another scope is the same address. */
  private void removeAddress(AddressEntry address) {
    addresses =
        addresses.minusAll(
            addresses.stream()
                .filter(a -> a.interfaceIndex() == address.interfaceIndex())
                .filter(a -> a.address().equals(address.address()))
                .filter(a -> a.peer().equals(address.peer()))
                .toList());
  }

  private boolean isShown(RouteEntry route) {
    return route.table() == RouteEntry.TABLE_MAIN && shown.test(route);
  }

  /** One that is not shown takes the place of one that is all the same. */
  private void put(RouteEntry route) {
    if (route.table() != RouteEntry.TABLE_MAIN) {
      return;
    }
    List<RouteEntry> before = routes.getOrDefault(route.destination(), List.of());
    boolean show = shown.test(route);
    if (before.isEmpty() && !show) {
      return;
    }
    var list = new ArrayList<>(before);
    list.removeIf(other -> isSame(other, route));
    if (show) {
      list.add(withHops(route, lasting(route.nextHops())));
      list.sort(PREFERRED_FIRST);
    }
    setRoutes(route.destination(), list);
  }

  private void setRoutes(Prefix destination, List<RouteEntry> list) {
    if (!list.equals(routes.getOrDefault(destination, List.of()))) {
      changed = true;
      routes =
          list.isEmpty() ? routes.minus(destination) : routes.plus(destination, List.copyOf(list));
    }
  }

  private void remove(RouteEntry gone) {
    List<RouteEntry> before = routes.get(gone.destination());
    if (!isShown(gone) || before == null) {
      return;
    }
    var list = new ArrayList<RouteEntry>(before.size());
    for (RouteEntry route : before) {
      List<NextHop> left = isSame(route, gone) ? legsLeft(route, gone) : route.nextHops();
      if (!isSame(route, gone)) {
        list.add(route);
      } else if (!left.isEmpty()) {
        list.add(withHops(route, left));
      }
    }
    setRoutes(gone.destination(), list);
  }

  /**
   * Whether one takes the place of the other. What the kernel makes of addresses and router
   * advertisements stands once for each device.
   */
  private static boolean isSame(RouteEntry a, RouteEntry b) {
    if (a.metric() != b.metric() || a.tos() != b.tos()) {
      return false;
    }
    return !(isAutomatic(a) || isAutomatic(b)) || devices(a).equals(devices(b));
  }

  private static boolean isAutomatic(RouteEntry route) {
    return route.protocol() == KERNEL_PROTOCOL || route.protocol() == ADVERTISED_PROTOCOL;
  }

  private static List<Integer> devices(RouteEntry route) {
    return route.nextHops().stream().map(NextHop::interfaceIndex).sorted().toList();
  }

  /** IPv6 tells of a multipath route's end leg by leg. */
  private static List<NextHop> legsLeft(RouteEntry route, RouteEntry gone) {
    if (route.destination().family() == Family.IPV4) {
      return List.of();
    }
    return route.nextHops().stream()
        .filter(hop -> gone.nextHops().stream().noneMatch(other -> isSameHop(hop, other)))
        .toList();
  }

  private static boolean isSameHop(NextHop a, NextHop b) {
    return a.interfaceIndex() == b.interfaceIndex() && a.gateway().equals(b.gateway());
  }

  /** Without what changes with the state of the device, of which no route event tells. */
  private static List<NextHop> lasting(List<NextHop> hops) {
    if (hops.stream().allMatch(hop -> (hop.flags() & ~NextHop.ONLINK) == 0)) {
      return hops;
    }
    return hops.stream()
        .map(hop ->
            new NextHop(
                hop.gateway(), hop.interfaceIndex(), hop.weight(), hop.flags() & NextHop.ONLINK))
        .toList();
  }

  private static RouteEntry withHops(RouteEntry route, List<NextHop> hops) {
    if (hops.equals(route.nextHops())) {
      return route;
    }
    return new RouteEntry(
        route.table(),
        route.destination(),
        route.metric(),
        route.type(),
        route.protocol(),
        route.scope(),
        route.tos(),
        route.preferredSource(),
        route.metrics(),
        route.flags(),
        hops);
  }

  /** IPv4 routes die with their device, and the kernel does not tell. */
  private void routesDiedWith(int index) {
    var left = new HashMap<Prefix, List<RouteEntry>>();
    routes.forEach((prefix, list) -> {
      if (prefix.family() == Family.IPV4 && list.stream().anyMatch(r -> isOnlyOn(r, index))) {
        left.put(prefix, list.stream().filter(r -> !isOnlyOn(r, index)).toList());
      }
    });
    left.forEach(this::setRoutes);
  }

  private static boolean isOnlyOn(RouteEntry route, int index) {
    return !route.nextHops().isEmpty()
        && route.nextHops().stream().allMatch(hop -> hop.interfaceIndex() == index);
  }
}
