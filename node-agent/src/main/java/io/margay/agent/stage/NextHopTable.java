package io.margay.agent.stage;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.trie.PrefixTable;
import io.margay.route.fib.FibNextHop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * How next hops of BGP are reached, from the kernel's routes. Routes that BGP or a tunnel put there
 * are no part of it: a next hop must not resolve through a route that depends on it.
 */
final class NextHopTable implements NextHops {
  /** Most ways of one route, as of BIRD's {@code merge paths}. */
  static final int MOST_HOPS = 16;

  /** As BIRD counts: a network on a link is near, what lies behind a router is far, all alike. */
  private static final int NEAR = 0;

  private static final int FAR = 1;

  private final List<Onward> routes;
  private final PrefixTable<Onward> ways = new PrefixTable<>();

  NextHopTable(List<Onward> routes) {
    this.routes = routes;
    for (Onward way : routes) {
      Optional<Onward> other = ways.get(way.destination());
      if (other.isEmpty() || compareMetrics(way, other.get()) < 0) {
        ways.put(way.destination(), way);
      }
    }
  }

  /** Metrics have no sign: 4294967295 is the last. */
  static int compareMetrics(Onward a, Onward b) {
    return Integer.compareUnsigned(a.metric(), b.metric());
  }

  /** The route that a packet to the next hop would take; empty when there is none. */
  Optional<Onward> way(Ip nextHop) {
    return ways.longestMatch(nextHop).map(PrefixTable.Match::value).filter(Onward::leadsOn);
  }

  @Override
  public Resolution resolve(Ip nextHop) {
    Optional<Hop> first = way(nextHop).map(way -> way.hops().getFirst());
    return first.isPresent()
        ? new Resolution.Reached(
            first.get().gateway().isEmpty() ? NEAR : FAR, Optional.of(first.get().device()))
        : Resolution.UNREACHABLE;
  }

  /**
   * Where packets leave: straight to a next hop on a link of ours, else to the routers that lead to
   * it. None when nothing does.
   */
  List<FibNextHop> direct(Ip nextHop) {
    return way(nextHop).stream()
        .flatMap(way -> way.hops().stream())
        .map(hop -> FibNextHop.via(hop.gateway().orElse(nextHop), hop.device()))
        .toList();
  }

  /** As {@link #direct}, of several next hops, without what would be there twice. */
  List<FibNextHop> direct(List<BestRoute.NextHop> nextHops) {
    var hops = new LinkedHashSet<FibNextHop>();
    nextHops.forEach(hop -> hops.addAll(direct(hop.address())));
    return limited(hops);
  }

  /** The first so many; in the order of the paths, so that the best one's way is among them. */
  static List<FibNextHop> limited(Collection<FibNextHop> hops) {
    return hops.stream().limit(MOST_HOPS).toList();
  }

  /** This table, and routes that are preferred to its own of the same destination. */
  NextHopTable with(List<Onward> preferred) {
    if (preferred.isEmpty()) {
      return this;
    }
    var all = new ArrayList<>(preferred);
    routes.stream()
        .filter(way -> preferred.stream().noneMatch(p -> p.destination().equals(way.destination())))
        .forEach(all::add);
    return new NextHopTable(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NextHopTable table && table.routes.equals(routes);
  }

  @Override
  public int hashCode() {
    return routes.hashCode();
  }
}
