package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.wire.BlockFacts;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.function.IntPredicate;

/**
 * What all peers said, as it stands at the rows: paths come, change, go and are judged anew. Every
 * change marks its row. Owned by the RIB's thread.
 */
final class PeerPaths {
  private static final int UNKNOWN = -1;

  private final AttributeSets sets;
  private final OfferTable offers;
  private final PathTable paths;
  private final Intake intake;

  /** What is done to a path. */
  private interface PathAction {
    void run(RouteRows rows, int row, int path);
  }

  PeerPaths(AttributeSets sets, OfferTable offers, PathTable paths, Intake intake) {
    this.sets = sets;
    this.offers = offers;
    this.paths = paths;
    this.intake = intake;
  }

  /**
   * The peer announces a prefix with a set of attributes.
   *
   * @param shared an offer that holds for all prefixes of the set, or {@link OfferTable#NONE}
   */
  void announce(AdjRibIn from, int set, int shared, RouteRows rows, int row, int pathId) {
    int path = find(rows, row, from, pathId);
    if (path != PathTable.NONE && offers.received(paths.offer(path)) == set) {
      paths.stale(path, false);
      return;
    }
    int offer = shared;
    if (offer == OfferTable.NONE) {
      offer = intake.offer(from, set, rows.family(), () -> rows.prefix(row));
    } else {
      offers.retain(offer);
    }
    if (path == PathTable.NONE) {
      rows.firstPath(row, paths.add(offer, pathId, rows.firstPath(row)));
      from.came(rows.family(), !offers.isExcluded(offer));
    } else {
      replace(from, path, offer);
      paths.stale(path, false);
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

  /** Judges all paths of a peer anew that the policy of now may see in another way. */
  void reimport(AdjRibIn from, RouteRows rows) {
    var known = new Int2IntOpenHashMap();
    known.defaultReturnValue(UNKNOWN);
    forEachOf(from, rows, (_, row, path) -> reimport(from, rows, row, path, known));
    known.values().forEach(offers::release);
  }

  private void reimport(
      AdjRibIn from, RouteRows rows, int row, int path, Int2IntOpenHashMap known) {
    int set = offers.received(paths.offer(path));
    int offer = intake.isOneForAll(from) ? known.get(set) : UNKNOWN;
    if (offer == UNKNOWN) {
      offer = intake.offer(from, set, rows.family(), () -> rows.prefix(row));
      if (intake.isOneForAll(from)) {
        known.put(set, offer);
        offers.retain(offer);
      }
    } else {
      offers.retain(offer);
    }
    replace(from, path, offer);
    rows.mark(row);
  }

  /** Everything from the peer becomes stale (RFC 4724, 4.2). */
  void markStale(AdjRibIn from, RouteRows rows) {
    forEachOf(from, rows, (_, _, path) -> paths.stale(path, true));
  }

  /** What is stale becomes the last choice, or goes where it must not be kept (RFC 9494, 4.2). */
  void depreferStale(AdjRibIn from, RouteRows rows) {
    purge(from, rows, path -> paths.isStale(path) && has(path, BlockFacts.NO_LLGR));
    forEachOf(
        from,
        rows,
        (_, row, path) -> {
          if (paths.isStale(path) && !has(path, BlockFacts.LLGR_STALE)) {
            Attributes received = sets.value(offers.received(paths.offer(path)));
            int set = sets.hold(received.toBuilder().add(Community.LLGR_STALE).build());
            readmit(from, rows, row, path, set);
            sets.release(set);
          }
        });
  }

  /** What is still stale goes. */
  void purgeStale(AdjRibIn from, RouteRows rows) {
    purge(from, rows, paths::isStale);
  }

  /** Everything from the peer goes. */
  void purge(AdjRibIn from, RouteRows rows) {
    purge(from, rows, _ -> true);
  }

  /** These next hops are reached in another way: what depends on them is judged anew. */
  void nextHopsChanged(RouteRows rows, IntSet changed) {
    for (int row = 0; row < rows.rows(); row++) {
      int path = rows.firstPath(row);
      while (path != PathTable.NONE) {
        int next = paths.next(path);
        int offer = paths.offer(path);
        AdjRibIn from = offers.tellerOf(offer).from;
        if (from != null && changed.contains(sets.nextHop(offers.imported(offer)))) {
          readmit(from, rows, row, path, offers.received(offer));
        }
        path = next;
      }
    }
  }

  private boolean has(int path, int community) {
    return (sets.wellKnown(offers.received(paths.offer(path))) & community) != 0;
  }

  /** A path as the peer told it with these attributes; the set stays the caller's. */
  private void readmit(AdjRibIn from, RouteRows rows, int row, int path, int set) {
    replace(from, path, intake.offer(from, set, rows.family(), () -> rows.prefix(row)));
    rows.mark(row);
  }

  private void purge(AdjRibIn from, RouteRows rows, IntPredicate goes) {
    forEachOf(
        from,
        rows,
        (_, row, path) -> {
          if (goes.test(path)) {
            remove(from, rows, row, path);
          }
        });
  }

  /** Each path of the peer; the action may take out the one that it gets. */
  private void forEachOf(AdjRibIn from, RouteRows rows, PathAction action) {
    int left = from.received(rows.family());
    for (int row = 0; row < rows.rows() && left > 0; row++) {
      int path = rows.firstPath(row);
      while (path != PathTable.NONE) {
        int next = paths.next(path);
        if (offers.tellerOf(paths.offer(path)).from == from) {
          action.run(rows, row, path);
          left--;
        }
        path = next;
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
