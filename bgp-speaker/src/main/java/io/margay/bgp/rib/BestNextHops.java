package io.margay.bgp.rib;

import io.margay.foundation.addr.Ip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/**
 * The ways of a chosen route: the best path's, then those beside it in order of their addresses.
 */
final class BestNextHops {
  private BestNextHops() {}

  static List<BestRoute.NextHop> of(List<Decision.Ranked> ranking) {
    var beside = new TreeMap<Ip, String>();
    var all = new LinkedHashMap<Ip, String>();
    for (Decision.Ranked ranked : ranking) {
      Ip address = ranked.candidate().attributes().nextHop().orElseThrow();
      if (ranked.fate() instanceof PathFate.Best) {
        all.put(address, peer(ranked));
      } else if (ranked.fate() instanceof PathFate.Multipath) {
        beside.merge(address, peer(ranked), (a, b) -> a.compareTo(b) <= 0 ? a : b);
      }
    }
    beside.forEach(all::putIfAbsent);
    return all.entrySet().stream()
        .map(e -> new BestRoute.NextHop(e.getKey(), e.getValue()))
        .toList();
  }

  private static String peer(Decision.Ranked ranked) {
    return switch (ranked.candidate().path().source()) {
      case RouteSource.Peer(var neighbour) -> neighbour.name();
      case RouteSource.Local _ -> "local";
    };
  }
}
