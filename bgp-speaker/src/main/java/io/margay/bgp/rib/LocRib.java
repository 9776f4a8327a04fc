package io.margay.bgp.rib;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.table.BlockTable;
import io.margay.bgp.table.PrefixTable;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All paths by prefix and what was chosen of them. Changes mark prefixes; {@link #decide} chooses
 * anew for what is marked. What peers said is kept as received, so that another policy needs no
 * second telling. No route is an object here: see {@link RouteRows}, {@link OfferTable} and {@link
 * AttributeSets}. Owned by one thread.
 */
public final class LocRib {
  private final NextHopTable nextHops = new NextHopTable();
  private final AttributeSets sets = new AttributeSets(nextHops);
  private final OfferTable offers = new OfferTable(sets);
  private final PathTable paths = new PathTable();
  private final RouteRows rows4 = new RouteRows(Family.IPV4);
  private final RouteRows rows6 = new RouteRows(Family.IPV6);
  private final Chooser chooser = new Chooser(sets, offers, paths, nextHops);
  private final Explainer explainer = new Explainer(sets, offers, paths, nextHops, chooser);
  private final WayTable ways = new WayTable(sets, offers, explainer);
  private final RibReader reader = new RibReader(rows4, rows6, ways, explainer);
  private boolean followsWays = true;
  private final Intake intake;
  private final PeerPaths peerPaths;
  private final OwnRoutes ownRoutes;
  private RowHolder holder = RowHolder.NOBODY;

  /** Of no meaning, but what is read into it is read. */
  @SuppressWarnings("unused")
  private int approached;

  /** Hears of a row that was decided. */
  public interface Decided {
    /**
     * The decision was made.
     *
     * @param changed another route was chosen than before, or other ways of it
     */
    void decided(RouteRows rows, int row, boolean changed);
  }

  /** A RIB without routes; every next hop is reached until {@link #nextHops} says otherwise. */
  public LocRib(Identity self) {
    this.intake = new Intake(sets, offers, nextHops, self);
    this.peerPaths = new PeerPaths(sets, offers, paths, intake, rows4, rows6);
    this.ownRoutes = new OwnRoutes(offers, paths, rows4, rows6);
  }

  /** Numbers that no peer can know; see {@link PrefixTable#keys} and {@link BlockTable#keys}. */
  public void keys(LongSupplier secret) {
    rows4.keys(secret);
    rows6.keys(secret);
    sets.keys(secret);
  }

  /** Who else needs rows: {@link #sweep} asks before it takes one away. */
  public void holder(RowHolder other) {
    holder = other;
  }

  public RouteRows rows(Family family) {
    return family == Family.IPV4 ? rows4 : rows6;
  }

  public AttributeSets sets() {
    return sets;
  }

  public OfferTable offers() {
    return offers;
  }

  /**
   * Whether another way of the same route counts as a change, as it does for a FIB. Where it does
   * not, rows have no ways; where it does from now on, all rows are looked at and count as changed.
   */
  public void followWays(boolean follow) {
    if (follow != followsWays) {
      followsWays = follow;
      for (Family family : Family.values()) {
        if (follow) {
          rows(family).markChosen();
        } else {
          rows(family).dropWays(ways);
        }
      }
    }
  }

  /** A peer's place, to be given with all that it says. */
  public AdjRibIn open(Neighbour neighbour, ImportPolicy policy) {
    var in = new AdjRibIn(neighbour, policy);
    in.teller(offers.open(in, neighbour));
    return in;
  }

  /** The peer is gone for good, and all that it said. */
  public void close(AdjRibIn from) {
    for (Family family : Family.values()) {
      purge(from, family);
    }
    offers.close(from.teller());
  }

  /** Changes who this speaker is; loops are looked for anew. */
  public void identity(Identity newSelf) {
    if (!intake.identity().equals(newSelf)) {
      intake.identity(newSelf);
      offers
          .current()
          .forEach(from -> {
            peerPaths.reimport(from, rows4);
            peerPaths.reimport(from, rows6);
          });
    }
  }

  /** Changes who the peer is or what is taken from it; its routes are judged anew. */
  public void update(AdjRibIn from, Neighbour neighbour, ImportPolicy policy) {
    boolean same = from.neighbour().equals(neighbour);
    if (same && from.policy().equals(policy)) {
      return;
    }
    int before = from.teller();
    from.become(neighbour, policy);
    if (!same) {
      from.teller(offers.open(from, neighbour));
    }
    peerPaths.reimport(from, rows4);
    peerPaths.reimport(from, rows6);
    if (!same) {
      offers.close(before);
    }
  }

  /**
   * Brings near what the operations of a run will look at. Each prefix is somewhere else in memory,
   * and the processor waits for many places at once as long as it waits for one.
   */
  public void approach(UpdateRun run) {
    int near = 0;
    for (int op = 0; op < run.operations(); op++) {
      RouteRows rows = rows(run.family(op));
      for (int i = run.first(op); i < run.end(op); i++) {
        near ^= rows.approach(run.high(i), run.low(i), run.length(i));
      }
    }
    approached = near;
  }

  /**
   * The peer says what an operation of a run says. It announces prefixes: what was stale of them is
   * so no longer. Or it withdraws some: those that it did not announce do not matter.
   *
   * @param op no end of RIB, which says nothing of a prefix
   */
  public void apply(AdjRibIn from, UpdateRun run, int op) {
    RouteRows rows = rows(run.family(op));
    if (run.kind(op) == UpdateRun.Kind.WITHDRAW) {
      for (int i = run.first(op); i < run.end(op); i++) {
        int row = rows.find(run.high(i), run.low(i), run.length(i));
        peerPaths.withdraw(from, rows, row, run.pathId(i));
      }
      return;
    }
    int set = sets.hold(run.blocks(), run.blockFrom(op), run.blockTo(op), run.blockHash(op));
    int shared = shared(from, set, rows.family());
    for (int i = run.first(op); i < run.end(op); i++) {
      int row = rows.add(run.high(i), run.low(i), run.length(i));
      peerPaths.announce(from, set, shared, rows, row, run.pathId(i));
    }
    if (shared != OfferTable.NONE) {
      offers.release(shared);
    }
    sets.release(set);
  }

  /** The offer of all prefixes of a family with these attributes, counted, or none. */
  private int shared(AdjRibIn from, int set, Family family) {
    if (!intake.isOneForAll(from)) {
      return OfferTable.NONE;
    }
    // Neither of them is a new object each time: there is an operation for each set.
    Supplier<Prefix> any = family == Family.IPV4 ? () -> Prefix.ALL_IPV4 : () -> Prefix.ALL_IPV6;
    return intake.offer(from, set, family, any);
  }

  /** All own routes; what is not among them is withdrawn. */
  public void originate(Map<Prefix, LocalRoute> routes) {
    ownRoutes.replace(routes);
  }

  /** Everything from the peer and of the family becomes stale (RFC 4724, 4.2). */
  public void markStale(AdjRibIn from, Family family) {
    peerPaths.markStale(from, rows(family));
  }

  /**
   * What is stale of the peer and of the family is so for long: it is marked as the last choice,
   * and goes where it must not be kept (RFC 9494, 4.2). It is stale as before.
   */
  public void depreferStale(AdjRibIn from, Family family) {
    peerPaths.depreferStale(from, rows(family));
  }

  /** What is still stale goes. */
  public void purgeStale(AdjRibIn from, Family family) {
    peerPaths.purgeStale(from, rows(family));
  }

  /** Everything from the peer and of the family goes. */
  public void purge(AdjRibIn from, Family family) {
    peerPaths.purge(from, rows(family));
  }

  /** How next hops are reached from now on; what depends on a change is judged anew. */
  public void nextHops(NextHops source) {
    IntSet changed = nextHops.replace(source);
    if (!changed.isEmpty()) {
      ways.nextHopsChanged();
      peerPaths.nextHopsChanged(rows4, changed);
      peerPaths.nextHopsChanged(rows6, changed);
    }
  }

  /** True when a call of {@link #decide} has something to do. */
  public boolean hasMarked() {
    return rows4.hasMarked() || rows6.hasMarked() || isWalking();
  }

  /** True while something is to be done to many paths: see {@link #walk}. */
  public boolean isWalking() {
    return peerPaths.walk(rows4).isUnderWay() || peerPaths.walk(rows6).isUnderWay();
  }

  /**
   * Goes on with what concerns all paths of a peer: that they go, become the last choice, or are
   * judged anew. What a peer says meanwhile is told from what it had said before.
   *
   * @param limit most prefixes of each family that are looked at
   */
  public void walk(int limit) {
    peerPaths.walk(rows4).run(limit);
    peerPaths.walk(rows6).run(limit);
  }

  /**
   * Chooses for prefixes that something happened to.
   *
   * @param limit most prefixes that are looked at
   * @return where another route was chosen than before
   */
  public List<BestChange> decide(int limit) {
    var changes = new ArrayList<BestChange>();
    walk(limit);
    decide(
        limit,
        (rows, row, changed) -> {
          if (changed) {
            changes.add(new BestChange(rows.prefix(row), reader.best(rows, row)));
          }
        });
    while (sweep(limit)) {
      // all of them
    }
    return changes;
  }

  /**
   * The same of what is marked by now; tells of each row that was looked at. A {@link #walk} is due
   * before it and a {@link #sweep} behind.
   */
  public void decide(int limit, Decided decided) {
    for (int i = 0; i < limit && (rows4.hasMarked() || rows6.hasMarked()); i++) {
      RouteRows rows = rows4.hasMarked() ? rows4 : rows6;
      int row = rows.takeMarked();
      decided.decided(rows, row, choose(rows, row));
    }
  }

  /**
   * The same of own routes that changed, and of nothing else: for them nobody need wait to hear
   * what peers have.
   */
  public void decideOwn(Decided decided) {
    for (Prefix prefix : ownRoutes.takeChanged()) {
      RouteRows rows = rows(prefix.family());
      int row = rows.find(prefix);
      if (row != PrefixTable.NONE && rows.unmark(row)) {
        decided.decided(rows, row, choose(rows, row));
      }
    }
  }

  /** Prefixes that no path leads to and that are there until a {@link #sweep}. */
  public int lapsed() {
    return rows4.lapsed().size() + rows6.lapsed().size();
  }

  /**
   * Looks at prefixes that no path leads to and takes away those that nobody needs; goes on where
   * the last call ended.
   *
   * @param limit most prefixes that are looked at
   * @return false when all were looked at, and the next call begins anew
   */
  public boolean sweep(int limit) {
    return rows4.sweep(limit, holder) || rows6.sweep(limit, holder);
  }

  /** How all of it is looked at, as objects. */
  public RibReader reader() {
    return reader;
  }

  /** The same on ints, for many rows one behind the other. */
  public PathOffers pathOffers() {
    return new PathOffers(paths, chooser, explainer);
  }

  /** Row of a prefix, or {@link PrefixTable#NONE}. */
  public int row(Prefix prefix) {
    return rows(prefix.family()).find(prefix);
  }

  /** Prefixes that somebody announces. */
  public int size() {
    return rows4.size() + rows6.size();
  }

  /** Bytes that the routes need that are there: a fair estimate, and quickly said. */
  public long needed() {
    return rows4.needed() + rows6.needed() + paths.needed() + offers.needed() + sets.needed();
  }

  /** Bytes that are held for routes, by tables that grow with them. */
  public long bytes() {
    return rows4.bytes() + rows6.bytes() + paths.bytes() + offers.bytes() + sets.bytes();
  }

  /** Different attribute sets that are held; none when there is no route. */
  public int attributeSets() {
    return sets.size();
  }

  private boolean choose(RouteRows rows, int row) {
    int path = chooser.best(rows.firstPath(row));
    int before = rows.chosen(row);
    int after = path == PathTable.NONE ? OfferTable.NONE : paths.offer(path);
    boolean changed = before != after && !offers.isSameRoute(before, after);
    if (before != after) {
      if (path != PathTable.NONE) {
        offers.retain(after);
      }
      rows.choose(row, after);
    }
    if (followsWays) {
      changed |= follow(rows, row, path);
    }
    if (before != after && before != OfferTable.NONE) {
      offers.release(before);
    }
    if (rows.firstPath(row) == PathTable.NONE) {
      rows.lapse(row);
    }
    return changed;
  }

  /** Notes the ways of a route that was just chosen; true when they are others. */
  private boolean follow(RouteRows rows, int row, int path) {
    int before = rows.way(row);
    int after = WayTable.NONE;
    if (path != PathTable.NONE) {
      after =
          chooser.hasSeveralWays(path)
              ? ways.hold(explainer.ways(rows, row))
              : ways.hold(paths.offer(path));
    }
    rows.way(row, after);
    ways.release(before);
    return before != after;
  }
}
