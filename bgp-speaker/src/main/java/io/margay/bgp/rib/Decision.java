package io.margay.bgp.rib;

import io.margay.bgp.attr.Community;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Chooses among paths (RFC 4271, 9.1.2.2; RFC 4456, 9). MED is compared inside each neighbour AS
 * first, so that the order in which paths arrived never matters.
 */
final class Decision {
  private static final List<SelectionReason> STEPS = List.of(SelectionReason.values());

  private Decision() {}

  /** A path and what became of it. */
  record Ranked(Candidate candidate, PathFate fate) {}

  /** Which of two is better, and the step that showed it. */
  private record Comparison(SelectionReason reason, boolean firstWins) {}

  /** All candidates with their fates: the best one first, then those beside it, then the rest. */
  static List<Ranked> rank(List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return List.of();
    }
    if (candidates.size() == 1) {
      return List.of(
          new Ranked(candidates.getFirst(), new PathFate.Best(SelectionReason.ONLY_PATH)));
    }
    Map<OptionalLong, Candidate> winners = winnersByNeighbour(candidates);
    Candidate best = null;
    for (Candidate winner : winners.values()) {
      best = best == null || compare(winner, best).firstWins() ? winner : best;
    }
    if (best == null) {
      throw new IllegalStateException("no best of " + candidates.size());
    }
    return explain(candidates, winners, best);
  }

  private static Map<OptionalLong, Candidate> winnersByNeighbour(List<Candidate> candidates) {
    var winners = new LinkedHashMap<OptionalLong, Candidate>();
    for (Candidate candidate : candidates) {
      winners.merge(
          candidate.neighbourAs(),
          candidate,
          (held, next) -> compare(next, held).firstWins() ? next : held);
    }
    return winners;
  }

  private static List<Ranked> explain(
      List<Candidate> candidates, Map<OptionalLong, Candidate> winners, Candidate best) {
    var beside = new ArrayList<Ranked>();
    var behind = new ArrayList<Ranked>();
    SelectionReason closest = SelectionReason.ONLY_PATH;
    for (Candidate candidate : candidates) {
      if (candidate.equals(best)) {
        continue;
      }
      SelectionReason toBest = compare(best, candidate).reason();
      closest = toBest.compareTo(closest) > 0 ? toBest : closest;
      Candidate winner = winners.getOrDefault(candidate.neighbourAs(), best);
      SelectionReason lostBy =
          winner.equals(candidate) ? toBest : compare(winner, candidate).reason();
      boolean usable = isEqualCost(toBest) && isEqualCost(lostBy);
      if (usable && !best.isLocal() && !candidate.isLocal()) {
        beside.add(new Ranked(candidate, new PathFate.Multipath(toBest)));
      } else {
        behind.add(new Ranked(candidate, new PathFate.Lost(lostBy)));
      }
    }
    var all = new ArrayList<Ranked>(candidates.size());
    all.add(new Ranked(best, new PathFate.Best(closest)));
    all.addAll(beside);
    all.addAll(behind);
    return all;
  }

  /** Told apart only behind the IGP cost: packets may take either way. */
  private static boolean isEqualCost(SelectionReason reason) {
    return reason.compareTo(SelectionReason.IGP_COST) > 0;
  }

  private static Comparison compare(Candidate a, Candidate b) {
    for (SelectionReason step : STEPS) {
      int order = compareAt(step, a, b);
      if (order != 0) {
        return new Comparison(step, order < 0);
      }
    }
    // Two sessions with one address, by their ports: their names are what is left. Several paths of
    // one peer are told apart by their identifiers; a prefix has one own route.
    int names = a.peerName().compareTo(b.peerName());
    int order = names != 0 ? names : Integer.compareUnsigned(a.id(), b.id());
    return new Comparison(SelectionReason.PEER_ADDRESS, order < 0);
  }

  /** Negative when the first one is better at this step. */
  private static int compareAt(SelectionReason step, Candidate a, Candidate b) {
    return switch (step) {
      case ONLY_PATH -> 0;
      case LONG_LIVED_STALE -> Boolean.compare(isLongLivedStale(a), isLongLivedStale(b));
      case PREFERENCE -> Integer.compare(b.preference(), a.preference());
      case LOCAL_PREF ->
          Long.compare(b.attributes().effectiveLocalPref(), a.attributes().effectiveLocalPref());
      case AS_PATH_LENGTH ->
          Integer.compare(a.attributes().asPath().length(), b.attributes().asPath().length());
      case ORIGIN -> a.attributes().origin().compareTo(b.attributes().origin());
      case MED -> compareMed(a, b);
      case EBGP_OVER_IBGP -> Boolean.compare(b.external(), a.external());
      case IGP_COST -> Long.compare(a.igpCost(), b.igpCost());
      case ROUTER_ID -> a.routerId().compareTo(b.routerId());
      case CLUSTER_LIST_LENGTH ->
          Integer.compare(a.attributes().clusterList().size(), b.attributes().clusterList().size());
      case PEER_ADDRESS -> a.peerAddress().compareTo(b.peerAddress());
    };
  }

  private static boolean isLongLivedStale(Candidate candidate) {
    return candidate.attributes().has(Community.LLGR_STALE);
  }

  // RFC 4271, 9.1.2.2 c: comparable from one neighbour AS only; none is the lowest.
  private static int compareMed(Candidate a, Candidate b) {
    return a.neighbourAs().equals(b.neighbourAs())
        ? Long.compare(a.attributes().med().orElse(0), b.attributes().med().orElse(0))
        : 0;
  }
}
