package io.margay.bgp.export;

import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.wire.BlockFacts;
import io.margay.bgp.wire.BlockRewriter;
import io.margay.bgp.wire.Rewrite;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a group of peers is told of chosen offers: {@link Exporter}'s answers on ints, where the
 * policy takes all that the rules of BGP let pass; where it asks more, the answer is the Exporter's
 * own. Whom a route came from is no matter here.
 */
final class GroupExport {
  private final LocRib rib;
  private final ExportPeer peer;
  private final Exporter exporter;
  private final boolean takesAll;
  private final boolean looksUp;
  private final BlockRewriter rewriter = new BlockRewriter();

  GroupExport(LocRib rib, ExportPeer peer) {
    this.rib = rib;
    this.peer = peer;
    this.exporter = new Exporter(peer);
    this.takesAll =
        peer.policy().filters().isEmpty()
            && peer.policy().rest() instanceof ExportPolicy.Default.AcceptAll
            && !peer.options().leaving();
    this.looksUp = peer.role().map(Role::looksUp).orElse(false);
  }

  /** The offer that is told of a row, counted for the caller; {@link OfferTable#NONE} for none. */
  int offer(RouteRows rows, int row) {
    int chosen = rows.chosen(row);
    if (chosen == OfferTable.NONE || !peer.families().contains(rows.family())) {
      return OfferTable.NONE;
    }
    if (takesAll) {
      if (!isAllowed(chosen) || !hasNextHop(chosen, rows.family())) {
        return OfferTable.NONE;
      }
      rib.offers().retain(chosen);
      return chosen;
    }
    BestRoute route = rib.best(rows, row).orElseThrow();
    return exporter
        .passed(route)
        .map(attributes -> rib.offers().holdAs(chosen, attributes))
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
    return external
        || from.isEmpty()
        || from.get().type() == PeerType.EBGP
        || from.get().reflectorClient()
        || peer.reflectorClient();
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
