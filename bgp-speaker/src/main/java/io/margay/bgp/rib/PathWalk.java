package io.margay.bgp.rib;

import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes round over all rows of a family for what is to be done to many paths, some rows at a time:
 * one round serves all errands, each from where it came in to there. Owned by the RIB's thread.
 */
final class PathWalk {
  private final RouteRows rows;
  private final OfferTable offers;
  private final PathTable paths;
  private final PeerPaths peerPaths;
  private final List<AdjRibIn> peers = new ArrayList<>();

  /** Next hops that are reached in another way; the errand is of all peers. */
  private final IntSet changedHops = new IntOpenHashSet();

  private final Errand hopsErrand = new Errand();
  private int cursor;

  PathWalk(RouteRows rows, OfferTable offers, PathTable paths, PeerPaths peerPaths) {
    this.rows = rows;
    this.offers = offers;
    this.paths = paths;
    this.peerPaths = peerPaths;
  }

  /** Something is to be done to the peer's paths, as its errand says: a round begins. */
  void begin(AdjRibIn from) {
    Errand errand = from.errand(rows.family());
    if (!peers.contains(from)) {
      peers.add(from);
    }
    errand.begin(cursor, from.received(rows.family()));
    end();
  }

  /** These next hops are reached in another way: what depends on them is judged anew. */
  void begin(IntSet hops) {
    changedHops.addAll(hops);
    hopsErrand.begin(cursor, Integer.MAX_VALUE);
  }

  boolean isUnderWay() {
    return !peers.isEmpty() || !changedHops.isEmpty();
  }

  /** Looks at so many rows. */
  void run(int limit) {
    int left = limit;
    while (left > 0 && isUnderWay()) {
      if (cursor >= rows.rows()) {
        cursor = 0;
        peers.forEach(from -> from.errand(rows.family()).passEnd());
        hopsErrand.passEnd();
      }
      int to = Math.min(rows.rows(), cursor + Math.min(left, rows.rows()));
      for (AdjRibIn from : peers) {
        to = from.errand(rows.family()).stop(cursor, to);
      }
      to = changedHops.isEmpty() ? to : hopsErrand.stop(cursor, to);
      left -= Math.max(1, to - cursor);
      while (cursor < to) {
        visit(cursor++);
      }
      end();
    }
    peerPaths.forgetJudged();
  }

  private void end() {
    for (int i = peers.size() - 1; i >= 0; i--) {
      Errand errand = peers.get(i).errand(rows.family());
      if (errand.isOver(cursor)) {
        errand.finish();
        peers.remove(i);
      }
    }
    if (!changedHops.isEmpty() && hopsErrand.isOver(cursor)) {
      changedHops.clear();
    }
  }

  private void visit(int row) {
    int path = rows.firstPath(row);
    while (path != PathTable.NONE) {
      int next = paths.next(path);
      AdjRibIn from = offers.tellerOf(paths.offer(path)).from;
      if (from != null) {
        Errand errand = from.errand(rows.family());
        if (errand.isPending()) {
          errand.meet();
        }
        peerPaths.run(errand, changedHops, from, rows, row, path);
      }
      path = next;
    }
  }
}
