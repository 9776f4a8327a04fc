package io.margay.agent.stage;

import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.trie.PrefixTable;
import java.util.List;
import java.util.Optional;

/**
 * How next hops of BGP are reached, from the kernel's routes. Routes that BGP or a tunnel put there
 * are left out by the caller: a next hop must not resolve through a route that depends on it.
 */
final class NextHopTable implements NextHops {
  private final PrefixTable<Way> ways;

  /**
   * A kernel route that may lead to a next hop.
   *
   * @param gateway empty when the destination is on the link itself
   * @param metric the kernel's; smaller goes first among routes of one prefix
   */
  record Way(Prefix destination, Optional<Ip> gateway, String device, int metric) {}

  NextHopTable(List<Way> routes) {
    this.ways = new PrefixTable<>();
    for (Way way : routes) {
      ways.get(way.destination())
          .filter(better -> better.metric() <= way.metric())
          .ifPresentOrElse(_ -> {}, () -> ways.put(way.destination(), way));
    }
  }

  /** The route that a packet to the next hop would take; empty when there is none. */
  Optional<Way> way(Ip nextHop) {
    return ways.longestMatch(nextHop).map(PrefixTable.Match::value);
  }

  @Override
  public Resolution resolve(Ip nextHop) {
    return way(nextHop)
        .<Resolution>map(way -> new Resolution.Reached(way.metric(), Optional.of(way.device())))
        .orElse(Resolution.UNREACHABLE);
  }
}
