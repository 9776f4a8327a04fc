package io.margay.bgp.export;

import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.PathOffers;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.wire.BlockFacts;
import io.margay.bgp.wire.BlockRewriter;
import io.margay.bgp.wire.Rewrite;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a group of peers is told of chosen offers: {@link Exporter}'s answers on ints, where the
 * policy takes all that the rules of BGP let pass; where it asks more, the answer is the Exporter's
 * own. Whom a route came from is no matter here, unless the group is one peer's.
 */
final class GroupExport {
  private final LocRib rib;
  private final ExportPeer peer;
  private final Exporter exporter;
  private final boolean takesAll;
  private final boolean looksUp;

  /** The peer is somebody, not what many have in common. */
  private final boolean alone;

  private final BlockRewriter rewriter = new BlockRewriter();
  private final PathOffers paths;

  GroupExport(LocRib rib, ExportPeer peer) {
    this.rib = rib;
    this.paths = rib.pathOffers();
    this.peer = peer;
    this.exporter = new Exporter(peer);
    this.takesAll =
        peer.policy().filters().isEmpty()
            && peer.policy().rest() instanceof ExportPolicy.Default.AcceptAll
            && !peer.options().leaving();
    this.alone = !peer.name().isEmpty();
    this.looksUp = peer.role().map(Role::looksUp).orElse(false);
  }

  /** The offer that is told of a row, counted for the caller; {@link OfferTable#NONE} for none. */
  int offer(RouteRows rows, int row) {
    int chosen = rows.chosen(row);
    if (chosen == OfferTable.NONE || !peer.families().contains(rows.family())) {
      return OfferTable.NONE;
    }
    return takesAll
        ? taken(chosen, rows.family())
        : passed(chosen, rib.reader().best(rows, row).orElseThrow());
  }

  /**
   * The offers that are told of a row where several are: adds path identifiers, and beside each the
   * offer, counted for the caller.
   *
   * @param most so many of the best ones
   */
  void offers(RouteRows rows, int row, int most, IntList ids, IntList offers) {
    if (!peer.families().contains(rows.family())) {
      return;
    }
    paths.look(rows, row, most);
    int path = paths.next();
    for (int told = 0; told < most && path != PathOffers.NONE; path = paths.next()) {
      int offer =
          takesAll
              ? taken(paths.offer(path), rows.family())
              : passed(paths.offer(path), paths.route(rows, row, path));
      if (offer != OfferTable.NONE) {
        ids.add(path);
        offers.add(offer);
        told++;
      }
    }
  }

  private int taken(int offer, Family family) {
    if (!isAllowed(offer) || !hasNextHop(offer, family)) {
      return OfferTable.NONE;
    }
    rib.offers().retain(offer);
    return offer;
  }

  private int passed(int offer, BestRoute route) {
    return exporter
        .passed(route)
        .map(attributes -> rib.offers().holdAs(offer, attributes))
        .orElse(OfferTable.NONE);
  }

  /** Makes the block that goes out for an offer; see {@link BlockRewriter#rewrite}. */
  int rewrite(int offer, Family family) {
    int set = rib.offers().imported(offer);
    return rewriter.rewrite(
        rib.sets().bytes(set),
        rib.sets().from(set),
        rib.sets().to(set),
        rewriteOf(offer, set, family));
  }

  /** Equal for offers that {@link #rewrite} makes the same of. */
  long content(int offer) {
    return (long) rib.offers().teller(offer) << 32 | rib.offers().imported(offer);
  }

  /** Where {@link #rewrite} left its block. */
  byte[] rewritten() {
    return rewriter.bytes();
  }

  private boolean isAllowed(int offer) {
    int set = rib.offers().imported(offer);
    int wellKnown = rib.sets().wellKnown(set);
    boolean external = peer.type() == PeerType.EBGP;
    if ((wellKnown & BlockFacts.NO_ADVERTISE) != 0) {
      return false;
    }
    int inside = BlockFacts.NO_EXPORT | BlockFacts.NO_EXPORT_SUBCONFED;
    if (external && (wellKnown & inside) != 0) {
      return false;
    }
    if (looksUp && rib.sets().hasOnlyToCustomer(set)) {
      return false;
    }
    boolean staleInside = peer.options().staleToAll() && !external;
    if ((wellKnown & BlockFacts.LLGR_STALE) != 0 && !peer.longLived() && !staleInside) {
      return false;
    }
    Optional<Neighbour> from = rib.offers().neighbour(offer);
    if (alone && from.isPresent() && isFromPeer(from.get(), set)) {
      return false;
    }
    return external
        || from.isEmpty()
        || from.get().type() == PeerType.EBGP
        || from.get().reflectorClient()
        || peer.reflectorClient();
  }

  private boolean isFromPeer(Neighbour from, int set) {
    return from.name().equals(peer.name())
        || (rib.sets().hasOriginator(set) && rib.sets().originator(set) == peer.routerId().bits());
  }

  private boolean hasNextHop(int offer, Family family) {
    return isKept(rib.sets().nextHopOf(rib.offers().imported(offer)), family)
        || peer.self(family).isPresent();
  }

  private boolean isKept(Optional<Ip> nextHop, Family family) {
    boolean self =
        peer.nextHopMode() == NextHopMode.SELF
            || (peer.nextHopMode() == NextHopMode.AUTO && peer.type() == PeerType.EBGP);
    return nextHop.isPresent() && !self && peer.canCarry(family, nextHop.get());
  }

  private Rewrite rewriteOf(int offer, int set, Family family) {
    Optional<Ip> nextHop =
        isKept(rib.sets().nextHopOf(set), family) ? Optional.empty() : peer.self(family);
    if (peer.type() == PeerType.EBGP) {
      boolean down = peer.role().map(Role::looksDown).orElse(false);
      return Rewrite.toOtherAs(
          nextHop,
          new Rewrite.External(
              peer.localAs(),
              rib.offers().isLocal(offer),
              down ? OptionalLong.of(peer.localAs()) : OptionalLong.empty()));
    }
    Optional<Neighbour> from = rib.offers().neighbour(offer);
    Rewrite inside =
        from.isPresent() && from.get().type() == PeerType.IBGP
            ? Rewrite.reflected(
                nextHop, new Rewrite.Reflection(from.get().routerId(), peer.clusterId()))
            : Rewrite.inside(nextHop);
    boolean stale = (rib.sets().wellKnown(set) & BlockFacts.LLGR_STALE) != 0;
    return stale && !peer.longLived() ? inside.ofStale() : inside;
  }
}
