package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.wire.BlockFacts;
import io.margay.foundation.addr.Family;
import it.unimi.dsi.fastutil.ints.IntSet;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;

/**
 * What all peers said, as it stands at the rows: paths come, change, go and are judged anew. Every
 * change marks its row. What concerns all paths of a peer is done by a {@link PathWalk}. Owned by
 * the RIB's thread.
 */
final class PeerPaths {
  private final AttributeSets sets;
  private final OfferTable offers;
  private final PathTable paths;
  private final Intake intake;

  private final PathWalk walk4;
  private final PathWalk walk6;

  /** Offers by teller and received set, each counted. */
  private final Long2IntOpenHashMap judged = new Long2IntOpenHashMap();

  PeerPaths(
      AttributeSets sets,
      OfferTable offers,
      PathTable paths,
      Intake intake,
      RouteRows rows4,
      RouteRows rows6) {
    this.sets = sets;
    this.offers = offers;
    this.paths = paths;
    this.intake = intake;
    this.walk4 = new PathWalk(rows4, offers, paths, this);
    this.walk6 = new PathWalk(rows6, offers, paths, this);
    judged.defaultReturnValue(OfferTable.NONE);
  }

  /** The walk over all rows of a family. */
  PathWalk walk(RouteRows rows) {
    return rows.family() == Family.IPV4 ? walk4 : walk6;
  }

  /**
   * The peer announces a prefix with a set of attributes.
   *
   * @param shared an offer that holds for all prefixes of the set, or {@link OfferTable#NONE}
   */
  void announce(AdjRibIn from, int set, int shared, RouteRows rows, int row, int pathId) {
    int path = find(rows, row, from, pathId);
    Errand errand = from.errand(rows.family());
    if (path != PathTable.NONE && offers.received(paths.offer(path)) == set) {
      paths.stamp(path, errand.stamp());
      return;
    }
    int offer = shared;
    if (offer == OfferTable.NONE) {
      offer = intake.offer(from, set, rows.family(), () -> rows.prefix(row));
    } else {
      offers.retain(offer);
    }
    if (path == PathTable.NONE) {
      rows.firstPath(row, paths.add(offer, pathId, rows.firstPath(row), errand.stamp()));
      errand.disturb();
      from.came(rows.family(), !offers.isExcluded(offer));
    } else {
      replace(from, path, offer);
      paths.stamp(path, errand.stamp());
    }
    rows.mark(row);
  }

  /** The peer withdraws a prefix; one that it did not announce does not matter. */
  void withdraw(AdjRibIn from, RouteRows rows, int row, int pathId) {
    int path = row == PrefixTable.NONE ? PathTable.NONE : find(rows, row, from, pathId);
    if (path != PathTable.NONE) {
      remove(from, rows, row, path);
    }
  }

  private void remove(AdjRibIn from, RouteRows rows, int row, int path) {
    int offer = paths.offer(path);
    from.went(rows.family(), !offers.isExcluded(offer));
    paths.unlink(rows, row, path);
    offers.release(offer);
    rows.mark(row);
  }

  /** All paths of a peer are judged anew that the policy of now may see in another way. */
  void reimport(AdjRibIn from, RouteRows rows) {
    from.errand(rows.family()).rejudge();
    walk(rows).begin(from);
  }

  /** Everything from the peer becomes stale (RFC 4724, 4.2). */
  void markStale(AdjRibIn from, RouteRows rows) {
    Errand errand = from.errand(rows.family());
    if (errand.isWornOut()) {
      walk(rows).run(Integer.MAX_VALUE);
      squeezeStamps(from, rows);
    }
    errand.age();
  }

  /** What is stale becomes the last choice, or goes where it must not be kept (RFC 9494, 4.2). */
  void depreferStale(AdjRibIn from, RouteRows rows) {
    from.errand(rows.family()).deprefer();
    walk(rows).begin(from);
  }

  /** What is still stale goes. */
  void purgeStale(AdjRibIn from, RouteRows rows) {
    from.errand(rows.family()).purge();
    walk(rows).begin(from);
  }

  /** Everything from the peer goes. */
  void purge(AdjRibIn from, RouteRows rows) {
    markStale(from, rows);
    purgeStale(from, rows);
  }

  /** These next hops are reached in another way: what depends on them is judged anew. */
  void nextHopsChanged(RouteRows rows, IntSet changed) {
    walk(rows).begin(changed);
  }

  /** Does to a path what is to be done, by the peer's errand or a changed next hop. */
  void run(Errand errand, IntSet changedHops, AdjRibIn from, RouteRows rows, int row, int path) {
    int stamp = paths.stamp(path);
    if (errand.purges(stamp)) {
      remove(from, rows, row, path);
    } else if (errand.deprefers(stamp) && has(path, BlockFacts.NO_LLGR)) {
      remove(from, rows, row, path);
    } else if (errand.deprefers(stamp) && !has(path, BlockFacts.LLGR_STALE)) {
      Attributes received = sets.value(offers.received(paths.offer(path)));
      int set = sets.hold(received.toBuilder().add(Community.LLGR_STALE).build());
      readmit(from, rows, row, path, set);
      sets.release(set);
    } else if (errand.rejudges()) {
      rejudge(from, rows, row, path);
    } else if (changedHops.contains(sets.nextHop(offers.imported(paths.offer(path))))) {
      readmit(from, rows, row, path, offers.received(paths.offer(path)));
    }
  }

  private void rejudge(AdjRibIn from, RouteRows rows, int row, int path) {
    int set = offers.received(paths.offer(path));
    if (!intake.isOneForAll(from)) {
      readmit(from, rows, row, path, set);
      return;
    }
    long key = (long) from.teller() << 32 | set;
    int offer = judged.get(key);
    if (offer == OfferTable.NONE) {
      offer = intake.offer(from, set, rows.family(), () -> rows.prefix(row));
      judged.put(key, offer);
    }
    offers.retain(offer);
    replace(from, path, offer);
    rows.mark(row);
  }

  /** What sets were judged to is looked up once in a run; nothing of it holds for the next. */
  void forgetJudged() {
    judged.values().forEach(offers::release);
    judged.clear();
  }

  private boolean has(int path, int community) {
    return (sets.wellKnown(offers.received(paths.offer(path))) & community) != 0;
  }

  /** A path as the peer told it with these attributes; the set stays the caller's. */
  private void readmit(AdjRibIn from, RouteRows rows, int row, int path, int set) {
    replace(from, path, intake.offer(from, set, rows.family(), () -> rows.prefix(row)));
    rows.mark(row);
  }

  /** So many stamps are in use that the next one is that of the oldest paths. */
  private void squeezeStamps(AdjRibIn from, RouteRows rows) {
    Errand errand = from.errand(rows.family());
    int squeezed = errand.squeeze();
    for (int row = 0; row < rows.rows(); row++) {
      for (int path = rows.firstPath(row); path != PathTable.NONE; path = paths.next(path)) {
        if (offers.tellerOf(paths.offer(path)).from == from && errand.isStale(paths.stamp(path))) {
          paths.stamp(path, squeezed);
        }
      }
    }
  }

  private int find(RouteRows rows, int row, AdjRibIn from, int pathId) {
    int path = rows.firstPath(row);
    while (path != PathTable.NONE
        && (offers.tellerOf(paths.offer(path)).from != from || paths.id(path) != pathId)) {
      path = paths.next(path);
    }
    return path;
  }

  private void replace(AdjRibIn from, int path, int offer) {
    int before = paths.offer(path);
    from.judged(!offers.isExcluded(before), !offers.isExcluded(offer));
    paths.offer(path, offer);
    offers.release(before);
  }
}
