package io.margay.bgp.rib;

import io.margay.bgp.wire.BlockFacts;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;

/**
 * The decision process on ints: what {@link Decision} says with reasons, at the speed that a table
 * of millions asks for (RFC 4271, 9.1.2.2; RFC 4456, 9; RFC 9494, 4.3). Owned by the RIB's thread.
 */
final class Chooser {
  private final AttributeSets sets;
  private final OfferTable offers;
  private final PathTable paths;
  private final NextHopTable nextHops;

  /** Paths that can be chosen, of the row that is looked at. */
  private final IntArrayList candidates = new IntArrayList();

  /** The best path of each neighbour AS among them: MEDs are compared inside of one only. */
  private final IntArrayList winners = new IntArrayList();

  Chooser(AttributeSets sets, OfferTable offers, PathTable paths, NextHopTable nextHops) {
    this.sets = sets;
    this.offers = offers;
    this.paths = paths;
    this.nextHops = nextHops;
  }

  /** The best one of the paths from this one on; {@link PathTable#NONE} when none can be used. */
  int best(int firstPath) {
    int path = firstPath;
    int found = PathTable.NONE;
    candidates.clear();
    for (; path != PathTable.NONE; path = paths.next(path)) {
      if (isUsable(paths.offer(path))) {
        candidates.add(path);
        found = path;
      }
    }
    return candidates.size() < 2 ? found : bestOfMany();
  }

  /** The best one of these paths: at least one, and all can be used. */
  int best(IntList usable) {
    candidates.clear();
    candidates.addAll(usable);
    return candidates.size() < 2 ? candidates.getInt(0) : bestOfMany();
  }

  /** True when packets may go by another one of the paths than the best one that was just found. */
  boolean hasSeveralWays(int best) {
    if (candidates.size() < 2 || offers.isLocal(paths.offer(best))) {
      return false;
    }
    for (int i = 0; i < candidates.size(); i++) {
      int path = candidates.getInt(i);
      if (path != best && isBeside(best, path)) {
        return true;
      }
    }
    return false;
  }

  /** True when the offer takes part in the decision. */
  boolean isUsable(int offer) {
    if (offers.isLocal(offer)) {
      return true;
    }
    return !offers.isExcluded(offer) && nextHops.isReached(sets.nextHop(offers.imported(offer)));
  }

  private int bestOfMany() {
    winners.clear();
    for (int i = 0; i < candidates.size(); i++) {
      enter(candidates.getInt(i));
    }
    int best = winners.getInt(0);
    for (int i = 1; i < winners.size(); i++) {
      int path = winners.getInt(i);
      best = compare(path, best) < 0 ? path : best;
    }
    return best;
  }

  private void enter(int path) {
    int place = winnerOf(path);
    if (place == winners.size()) {
      winners.add(path);
    } else if (compare(path, winners.getInt(place)) < 0) {
      winners.set(place, path);
    }
  }

  /** Place of the winner of a path's neighbour AS; the end when there is none. */
  private int winnerOf(int path) {
    int neighbour = neighbourAs(path);
    int place = 0;
    while (place < winners.size() && neighbourAs(winners.getInt(place)) != neighbour) {
      place++;
    }
    return place;
  }

  private int neighbourAs(int path) {
    return sets.neighbourAs(offers.imported(paths.offer(path)));
  }

  private boolean isBeside(int best, int path) {
    int offer = paths.offer(path);
    int winner = winners.getInt(winnerOf(path));
    return !offers.isLocal(offer)
        && compareToIgpCost(paths.offer(best), offer) == 0
        && compareToIgpCost(paths.offer(winner), offer) == 0;
  }

  /** Negative when the first path is better. */
  private int compare(int a, int b) {
    int order = compareToIgpCost(paths.offer(a), paths.offer(b));
    return order != 0 ? order : compareBehindIgpCost(a, b);
  }

  private int compareToIgpCost(int a, int b) {
    int setA = offers.imported(a);
    int setB = offers.imported(b);
    int order = Integer.compare(longLivedStale(setA), longLivedStale(setB));
    if (order == 0) {
      order = Integer.compare(offers.preference(b), offers.preference(a));
    }
    if (order == 0) {
      order = Long.compareUnsigned(sets.rank(setA), sets.rank(setB));
    }
    if (order == 0 && sets.neighbourAs(setA) == sets.neighbourAs(setB)) {
      order = Integer.compareUnsigned(sets.med(setA), sets.med(setB));
    }
    if (order == 0) {
      order = Boolean.compare(offers.tellerOf(b).external, offers.tellerOf(a).external);
    }
    return order != 0 ? order : Long.compare(igpCost(a, setA), igpCost(b, setB));
  }

  private int compareBehindIgpCost(int pathA, int pathB) {
    int a = paths.offer(pathA);
    int b = paths.offer(pathB);
    int setA = offers.imported(a);
    int setB = offers.imported(b);
    int order = Integer.compareUnsigned(routerId(a, setA), routerId(b, setB));
    if (order == 0) {
      order = Integer.compare(sets.clusterListLength(setA), sets.clusterListLength(setB));
    }
    if (order == 0) {
      order = peerAddress(a).compareTo(peerAddress(b));
    }
    if (order == 0) {
      order = peerName(a).compareTo(peerName(b));
    }
    return order != 0 ? order : Integer.compareUnsigned(paths.id(pathA), paths.id(pathB));
  }

  private int longLivedStale(int set) {
    return sets.wellKnown(set) & BlockFacts.LLGR_STALE;
  }

  private long igpCost(int offer, int set) {
    return offers.isLocal(offer) ? 0 : nextHops.cost(sets.nextHop(set));
  }

  // RFC 4456, 9: a reflected route counts for who brought it into the AS.
  private int routerId(int offer, int set) {
    Neighbour peer = offers.tellerOf(offer).neighbour;
    if (peer == null) {
      return Ip4.ANY.bits();
    }
    return sets.hasOriginator(set) ? sets.originator(set) : peer.routerId().bits();
  }

  private Ip peerAddress(int offer) {
    Neighbour peer = offers.tellerOf(offer).neighbour;
    return peer == null ? Ip4.ANY : peer.address();
  }

  private String peerName(int offer) {
    Neighbour peer = offers.tellerOf(offer).neighbour;
    return peer == null ? "" : peer.name();
  }
}
