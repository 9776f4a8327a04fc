package io.margay.agent.stage;

import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import io.margay.route.fib.Ownership;
import io.margay.route.view.KernelView;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The kernel's view as the facts that the stages ask for. Equal facts mean nothing to plan. */
public final class KernelStage {
  private static final Set<Integer> CALICOS =
      Set.of(Ownership.BIRD_PROTOCOL, Ownership.CLUSTER_PROTOCOL);

  private KernelStage() {}

  /**
   * The facts of a view.
   *
   * @param workloadPrefixes how the names of pods' interfaces begin
   */
  public static KernelFacts facts(KernelView view, List<String> workloadPrefixes) {
    return facts(view, workloadPrefixes, CALICOS);
  }

  /**
   * The facts of a view.
   *
   * @param own protocols of routes that depend on BGP: no next hop is reached by them
   */
  public static KernelFacts facts(
      KernelView view, List<String> workloadPrefixes, Set<Integer> own) {
    List<LinkEntry> links =
        view.links().values().stream().sorted(Comparator.comparingInt(LinkEntry::index)).toList();
    var interfaces = new ArrayList<LocalInterface>();
    Set<String> ready = new HashSet<>();
    Map<String, Integer> mtus = new HashMap<>();
    for (LinkEntry link : links) {
      boolean workload = isWorkload(link.name(), workloadPrefixes);
      if (link.isUp()) {
        ready.add(link.name());
      }
      if (!workload) {
        interfaces.add(new LocalInterface(link.name(), link.isUp(), addresses(view, link)));
        mtus.put(link.name(), link.mtu());
      }
    }
    return new KernelFacts(interfaces, ready, mtus, onward(view, workloadPrefixes, own));
  }

  /**
   * In the kernel's order: of several networks of a device detection takes the first, as Calico's.
   * What is told of later goes behind; the kernel keeps what is secondary behind the rest.
   */
  private static List<InterfaceAddress> addresses(KernelView view, LinkEntry link) {
    return view.addressesOf(link.index()).stream()
        .sorted(Comparator.comparingInt(a -> a.flags() & AddressEntry.SECONDARY))
        .map(AddressEntry::address)
        .toList();
  }

  private static List<Onward> onward(
      KernelView view, List<String> workloadPrefixes, Set<Integer> own) {
    var ways = new ArrayList<Onward>();
    for (List<RouteEntry> routes : view.routes().values()) {
      for (RouteEntry route : routes) {
        way(route, view, workloadPrefixes, own).ifPresent(ways::add);
      }
    }
    ways.sort(
        Comparator.comparing(Onward::destination)
            .thenComparingInt(Onward::metric)
            .thenComparing(Onward::device));
    return ways;
  }

  private static Optional<Onward> way(
      RouteEntry route, KernelView view, List<String> workloadPrefixes, Set<Integer> own) {
    boolean ours = own.contains(route.protocol());
    if (route.type() != RouteType.UNICAST || ours || route.nextHops().isEmpty()) {
      return Optional.empty();
    }
    NextHop hop = route.nextHops().getFirst();
    LinkEntry link = view.links().get(hop.interfaceIndex());
    if (link == null
        || !link.isUp()
        || isWorkload(link.name(), workloadPrefixes)
        || link.name().equals(TunnelKey.TUNL0)) {
      return Optional.empty();
    }
    return Optional.of(
        new Onward(
            route.destination(),
            hop.gateway(),
            link.name(),
            route.metric(),
            route.preferredSource()));
  }

  private static boolean isWorkload(String name, List<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }
}
