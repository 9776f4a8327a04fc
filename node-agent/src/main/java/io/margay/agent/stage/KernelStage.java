package io.margay.agent.stage;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import io.margay.route.fib.FibKey;
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

  /** RTPROT_REDIRECT and RTPROT_KERNEL (linux/rtnetlink.h): BIRD learns neither. */
  private static final Set<Integer> KERNELS = Set.of(1, 2);

  /** A route whose links are down counts when there is no other to the same destination. */
  private static final int BEHIND_ALL = 0xffff_ffff;

  private KernelStage() {}

  /**
   * Whether a view has to have a route: all but those of ours to blocks, other nodes' and this
   * one's. No next hop is reached by them, and a large cluster has very many.
   */
  public static boolean isAskedFor(RouteEntry route) {
    return !CALICOS.contains(route.protocol())
        || (!route.type().isDeadEnd()
            && route.nextHops().stream().allMatch(hop -> hop.gateway().isEmpty()));
  }

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
        interfaces.add(
            new LocalInterface(
                link.name(),
                link.isUp(),
                link.isOperational(),
                addresses(view, link),
                tentative(view, link)));
        mtus.put(link.name(), link.mtu());
      }
    }
    return new KernelFacts(interfaces, ready, mtus, onward(view, workloadPrefixes, own));
  }

  /** Routes of the main table to single addresses that lead to a pod's interface alone. */
  public static Map<Ip, FibKey> podRoutes(KernelView view, List<String> workloadPrefixes) {
    Map<Ip, FibKey> found = new HashMap<>();
    for (List<RouteEntry> routes : view.routes().values()) {
      for (RouteEntry route : routes) {
        if (route.destination().isHost()
            && route.nextHops().size() == 1
            && leadsToPod(route.nextHops().getFirst(), view, workloadPrefixes)) {
          found.put(route.destination().address(), FibKey.of(route));
        }
      }
    }
    return found;
  }

  private static boolean leadsToPod(NextHop hop, KernelView view, List<String> workloadPrefixes) {
    LinkEntry link = view.links().get(hop.interfaceIndex());
    return link != null && isWorkload(link.name(), workloadPrefixes);
  }

  /**
   * In the kernel's order: of several networks of a device detection takes the first, as Calico's.
   * What is told of later goes behind; the kernel keeps what is secondary behind the rest.
   */
  private static List<InterfaceAddress> addresses(KernelView view, LinkEntry link) {
    return view.addressesOf(link.index()).stream()
        .filter(AddressEntry::isUsable)
        .sorted(Comparator.comparingInt(a -> a.flags() & AddressEntry.SECONDARY))
        .map(AddressEntry::address)
        .toList();
  }

  private static List<InterfaceAddress> tentative(KernelView view, LinkEntry link) {
    return view.addressesOf(link.index()).stream()
        .filter(a -> !a.isUsable() && (a.flags() & AddressEntry.DADFAILED) == 0)
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
            .thenComparing(NextHopTable::compareMetrics)
            .thenComparing(way -> way.hops().toString()));
    return ways;
  }

  private static Optional<Onward> way(
      RouteEntry route, KernelView view, List<String> workloadPrefixes, Set<Integer> own) {
    if (own.contains(route.protocol())) {
      return Optional.empty();
    }
    boolean made = !KERNELS.contains(route.protocol());
    if (route.type().isDeadEnd()) {
      return Optional.of(
          new Onward(route.destination(), List.of(), route.metric(), Optional.empty(), made));
    }
    boolean toOthers =
        route.nextHops().stream().allMatch(hop -> isToOthers(hop, view, workloadPrefixes));
    if (route.type() != RouteType.UNICAST || route.nextHops().isEmpty() || !toOthers) {
      return Optional.empty();
    }
    List<Hop> hops = hops(route, view);
    return Optional.of(
        new Onward(
            route.destination(),
            hops,
            hops.isEmpty() ? BEHIND_ALL : route.metric(),
            route.preferredSource(),
            made));
  }

  /** Those whose link passes packets: the kernel may tell of a lost carrier by the link only. */
  private static List<Hop> hops(RouteEntry route, KernelView view) {
    var hops = new ArrayList<Hop>();
    for (NextHop hop : route.nextHops()) {
      LinkEntry link = view.links().get(hop.interfaceIndex());
      if (link != null && link.isOperational()) {
        hops.add(new Hop(hop.gateway(), link.name()));
      }
    }
    return hops;
  }

  /** Not to a pod, and not into a tunnel that our own routes make use of. */
  private static boolean isToOthers(NextHop hop, KernelView view, List<String> workloadPrefixes) {
    LinkEntry link = view.links().get(hop.interfaceIndex());
    return link == null || leadsToOthers(link.name(), workloadPrefixes);
  }

  /** Whether a link of this name may lead to other machines: it is nothing that a node makes. */
  public static boolean isUplink(String name, List<String> workloadPrefixes) {
    return leadsToOthers(name, workloadPrefixes) && !NodeAddress.isNeverUplink(name);
  }

  /** Whether a link of this name is neither a pod's nor one of our tunnels. */
  private static boolean leadsToOthers(String name, List<String> workloadPrefixes) {
    return !isWorkload(name, workloadPrefixes) && !TunnelKey.DEVICES.contains(name);
  }

  private static boolean isWorkload(String name, List<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }
}
