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
      switch (ranked.fate()) {
        case PathFate.Best _ -> all.put(nextHop(ranked), peer(ranked));
        case PathFate.Multipath _ ->
            beside.merge(nextHop(ranked), peer(ranked), (a, b) -> a.compareTo(b) <= 0 ? a : b);
        case PathFate.Lost _, PathFate.Excluded _ -> {}
      }
    }
    beside.forEach(all::putIfAbsent);
    return all.entrySet().stream()
        .map(e -> new BestRoute.NextHop(e.getKey(), e.getValue()))
        .toList();
  }

  private static Ip nextHop(Decision.Ranked ranked) {
    return ranked.candidate().attributes().nextHop().orElseThrow();
  }

  private static String peer(Decision.Ranked ranked) {
    return switch (ranked.candidate().source()) {
      case RouteSource.Peer(var neighbour) -> neighbour.name();
      case RouteSource.Local _ -> "local";
    };
  }
}
