package io.margay.agent.stage;

import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.trie.PrefixTable;
import java.util.List;
import java.util.Optional;

/**
 * How next hops of BGP are reached, from the kernel's routes. Routes that BGP or a tunnel put there
 * are no part of it: a next hop must not resolve through a route that depends on it.
 */
final class NextHopTable implements NextHops {
  private final List<Onward> routes;
  private final PrefixTable<Onward> ways = new PrefixTable<>();

  NextHopTable(List<Onward> routes) {
    this.routes = routes;
    for (Onward way : routes) {
      Optional<Onward> other = ways.get(way.destination());
      if (other.isEmpty() || way.metric() < other.get().metric()) {
        ways.put(way.destination(), way);
      }
    }
  }

  /** The route that a packet to the next hop would take; empty when there is none. */
  Optional<Onward> way(Ip nextHop) {
    return ways.longestMatch(nextHop).map(PrefixTable.Match::value);
  }

  @Override
  public Resolution resolve(Ip nextHop) {
    Optional<Onward> way = way(nextHop);
    return way.isPresent()
        ? new Resolution.Reached(way.get().metric(), Optional.of(way.get().device()))
        : Resolution.UNREACHABLE;
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
