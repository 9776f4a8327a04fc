package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Routes as objects, with reasons: for views, for the FIB, and for peers that get several paths.
 */
final class Explainer {
  private final AttributeSets sets;
  private final OfferTable offers;
  private final PathTable paths;
  private final NextHopTable nextHops;
  private final Chooser chooser;

  Explainer(
      AttributeSets sets,
      OfferTable offers,
      PathTable paths,
      NextHopTable nextHops,
      Chooser chooser) {
    this.sets = sets;
    this.offers = offers;
    this.paths = paths;
    this.nextHops = nextHops;
    this.chooser = chooser;
  }

  /** All paths of a row, and what the decision makes of them now. */
  List<ExplainedPath> explain(RouteRows rows, int row) {
    var out = new ArrayList<ExplainedPath>();
    for (Decision.Ranked ranked : Decision.rank(candidates(rows, row))) {
      out.add(explained(rows, ranked.candidate().path(), ranked.fate()));
    }
    for (int path = rows.firstPath(row); path != PathTable.NONE; path = paths.next(path)) {
      Exclusion why = exclusion(paths.offer(path));
      if (why != null) {
        out.add(explained(rows, path, new PathFate.Excluded(why)));
      }
    }
    return out;
  }

  /**
   * All paths of a row that could be chosen, the best one first (RFC 7911, 2).
   *
   * @param inOrder all are in order where there are more than these
   */
  List<OfferedPath> offered(RouteRows rows, int row, int inOrder) {
    List<Candidate> left = candidates(rows, row);
    var out = new ArrayList<OfferedPath>(left.size());
    // The decision tells the best one only: the next one is the best of what is left.
    for (int all = left.size(); all > inOrder && !left.isEmpty(); ) {
      Candidate best = Decision.rank(left).getFirst().candidate();
      out.add(offer(rows, row, best));
      left.remove(best);
    }
    Decision.rank(left).forEach(ranked -> out.add(offer(rows, row, ranked.candidate())));
    return out;
  }

  /** A path of a row as a route, as if it were the only one. */
  BestRoute route(RouteRows rows, int row, int path) {
    return offer(rows, row, candidate(path, paths.offer(path))).route();
  }

  /** What was chosen, and why; {@code ways} as they were then. */
  BestRoute best(RouteRows rows, int row, Ways ways) {
    int offer = rows.chosen(row);
    return new BestRoute(
        rows.prefix(row),
        offers.source(offer),
        sets.value(offers.imported(offer)),
        ways.nextHops(),
        ways.interfaceName(),
        reason(rows, row));
  }

  /** Where packets go by the paths of a row, the best one of which can be used. */
  Ways ways(RouteRows rows, int row) {
    return ways(Decision.rank(candidates(rows, row)));
  }

  /** Where packets go that follow one offer alone. */
  Ways ways(int offer) {
    LocalRoute local = offers.local(offer);
    if (local != null) {
      return new Ways(List.of(), local.interfaceName());
    }
    int hop = sets.nextHop(offers.imported(offer));
    String peer = offers.source(offer) instanceof RouteSource.Peer(var by) ? by.name() : "";
    return new Ways(
        List.of(new BestRoute.NextHop(nextHops.address(hop), peer)), nextHops.interfaceName(hop));
  }

  private Ways ways(List<Decision.Ranked> ranking) {
    Candidate best = ranking.getFirst().candidate();
    if (best.source() instanceof RouteSource.Local(var route)) {
      return new Ways(List.of(), route.interfaceName());
    }
    int hop = sets.nextHop(offers.imported(paths.offer(best.path())));
    return new Ways(BestNextHops.of(ranking), nextHops.interfaceName(hop));
  }

  private SelectionReason reason(RouteRows rows, int row) {
    if (paths.next(rows.firstPath(row)) == PathTable.NONE) {
      return SelectionReason.ONLY_PATH;
    }
    List<Decision.Ranked> ranking = Decision.rank(candidates(rows, row));
    return !ranking.isEmpty() && ranking.getFirst().fate() instanceof PathFate.Best(var why)
        ? why
        : SelectionReason.ONLY_PATH;
  }

  private OfferedPath offer(RouteRows rows, int row, Candidate candidate) {
    var alone = new Decision.Ranked(candidate, new PathFate.Best(SelectionReason.ONLY_PATH));
    Ways ways = ways(List.of(alone));
    return new OfferedPath(
        candidate.path(),
        new BestRoute(
            rows.prefix(row),
            candidate.source(),
            candidate.attributes(),
            ways.nextHops(),
            ways.interfaceName(),
            SelectionReason.ONLY_PATH));
  }

  private List<Candidate> candidates(RouteRows rows, int row) {
    var out = new ArrayList<Candidate>();
    for (int path = rows.firstPath(row); path != PathTable.NONE; path = paths.next(path)) {
      int offer = paths.offer(path);
      if (chooser.isUsable(offer)) {
        out.add(candidate(path, offer));
      }
    }
    return out;
  }

  private Candidate candidate(int path, int offer) {
    LocalRoute local = offers.local(offer);
    Neighbour peer = offers.tellerOf(offer).neighbour;
    if (local != null) {
      return Candidate.local(path, local);
    }
    if (peer == null) {
      throw new IllegalStateException("offer " + offer + " of nobody");
    }
    int set = offers.imported(offer);
    return Candidate.learned(
        path,
        paths.id(path),
        peer,
        offers.preference(offer),
        sets.value(set),
        nextHops.cost(sets.nextHop(set)));
  }

  private @Nullable Exclusion exclusion(int offer) {
    if (offers.isExcluded(offer)) {
      return offers.exclusion(offer);
    }
    return chooser.isUsable(offer)
        ? null
        : new Exclusion.UnreachableNextHop(nextHops.address(sets.nextHop(offers.imported(offer))));
  }

  private ExplainedPath explained(RouteRows rows, int path, PathFate fate) {
    int offer = paths.offer(path);
    AdjRibIn from = offers.tellerOf(offer).from;
    Attributes received = sets.value(offers.received(offer));
    return new ExplainedPath(
        offers.source(offer),
        received,
        sets.value(offers.imported(offer)),
        from != null && from.errand(rows.family()).isStale(paths.stamp(path)),
        fate,
        paths.id(path));
  }
}
