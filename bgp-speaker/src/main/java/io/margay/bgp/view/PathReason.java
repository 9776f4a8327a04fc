package io.margay.bgp.view;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Locale;
import java.util.Optional;

/** Why a path is used, or is not, in words: with its own value and the one that it lost to. */
public final class PathReason {
  private PathReason() {}

  /**
   * The sentence for a path.
   *
   * @param best the chosen path of the same prefix, where it is known
   */
  public static String text(ExplainedPath path, Optional<ExplainedPath> best) {
    return switch (path.fate()) {
      case PathFate.Best(var reason) -> chosen(reason, path);
      case PathFate.Multipath _ -> "used beside the best path: equal up to the IGP cost";
      case PathFate.Lost(var reason) ->
          best.map(winner -> lost(reason, path, winner))
              .orElse("lost by " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      case PathFate.Excluded(var why) -> text(why);
    };
  }

  /** The sentence for a path that takes no part. */
  public static String text(Exclusion why) {
    return switch (why) {
      case Exclusion.Policy(var reason) -> "refused at import: " + PolicyWords.text(reason);
      case Exclusion.AsLoop(long asn) -> "the own AS " + asn + " is in its path already";
      case Exclusion.OriginatorLoop() -> "it is an own route, reflected back";
      case Exclusion.ClusterLoop() -> "it went through the own cluster already";
      case Exclusion.BadNextHop(Ip hop) ->
          "next hop " + hop + " is an own address, or one that nobody can have";
      case Exclusion.RouteLeak(long asn) ->
          "a route leak: AS " + asn + " sent it to customers only (RFC 9234)";
      case Exclusion.UnreachableNextHop(Ip hop) -> "no route leads to its next hop " + hop;
    };
  }

  private static String chosen(SelectionReason reason, ExplainedPath path) {
    Attributes a = path.attributes();
    return switch (reason) {
      case ONLY_PATH -> "the only path that can be used";
      case LONG_LIVED_STALE -> "the others are kept for peers that have been away for long";
      case PREFERENCE -> "where it comes from is preferred";
      case LOCAL_PREF -> "highest local preference, " + a.effectiveLocalPref();
      case AS_PATH_LENGTH -> "shortest AS path, " + a.asPath().length();
      case ORIGIN -> "best origin, " + a.origin();
      case MED -> "lowest MED, " + med(a);
      case EBGP_OVER_IBGP -> "learned by eBGP";
      case IGP_COST -> "nearest next hop, " + nextHop(a);
      case ROUTER_ID -> "lowest router id, " + routerId(path);
      case CLUSTER_LIST_LENGTH -> "shortest cluster list, " + a.clusterList().size();
      case PEER_ADDRESS -> "lowest peer address, " + peerAddress(path);
    };
  }

  private static String lost(SelectionReason reason, ExplainedPath path, ExplainedPath best) {
    Attributes a = path.attributes();
    Attributes b = best.attributes();
    return switch (reason) {
      case ONLY_PATH -> "not chosen";
      case LONG_LIVED_STALE ->
          "kept for a peer that has been away for long (LLGR_STALE); the best path is not";
      case PREFERENCE -> "where the best path comes from is preferred";
      case LOCAL_PREF ->
          "local preference " + a.effectiveLocalPref() + than(b.effectiveLocalPref(), true, a);
      case AS_PATH_LENGTH -> {
        boolean shorter = b.asPath().length() < a.asPath().length();
        yield "AS path of " + a.asPath().length() + than(b.asPath().length(), shorter, a);
      }
      case ORIGIN ->
          "origin " + a.origin() + than(b.origin(), b.origin().compareTo(a.origin()) < 0, a);
      case MED -> {
        boolean lower = sameNeighbour(a.asPath(), b.asPath()) && med(b) < med(a);
        yield "MED " + med(a) + than(med(b), lower, a);
      }
      case EBGP_OVER_IBGP -> "learned by iBGP" + than("eBGP", type(best) == PeerType.EBGP, a);
      case IGP_COST -> "its next hop " + nextHop(a) + " is further away";
      case ROUTER_ID ->
          "router id "
              + routerId(path)
              + than(routerId(best), routerId(best).compareTo(routerId(path)) < 0, a);
      case CLUSTER_LIST_LENGTH -> {
        boolean shorter = b.clusterList().size() < a.clusterList().size();
        yield "cluster list of "
            + a.clusterList().size()
            + than(b.clusterList().size(), shorter, a);
      }
      case PEER_ADDRESS ->
          "peer address "
              + peerAddress(path)
              + than(peerAddress(best), peerAddress(best).compareTo(peerAddress(path)) < 0, a);
    };
  }

  // MEDs are compared inside a neighbour AS first: a path may have lost to one that lost itself.
  private static String than(Object bests, boolean lostToBest, Attributes own) {
    return lostToBest
        ? "; the best path has " + bests
        : own.asPath().neighbourAs().isPresent()
            ? "; another path from AS " + own.asPath().neighbourAs().getAsLong() + " is better"
            : "; another path from the own AS is better";
  }

  private static boolean sameNeighbour(AsPath a, AsPath b) {
    return a.neighbourAs().equals(b.neighbourAs());
  }

  private static long med(Attributes a) {
    return a.med().orElse(0);
  }

  private static String nextHop(Attributes a) {
    return a.nextHop().map(Ip::toString).orElse("none");
  }

  // RFC 4456, 9: a reflected route counts for who brought it into the AS.
  private static Ip4 routerId(ExplainedPath path) {
    return path.attributes()
        .originatorId()
        .orElse(path.source() instanceof RouteSource.Peer(var peer) ? peer.routerId() : Ip4.ANY);
  }

  private static Ip peerAddress(ExplainedPath path) {
    return path.source() instanceof RouteSource.Peer(var peer) ? peer.address() : Ip4.ANY;
  }

  private static PeerType type(ExplainedPath path) {
    return path.source() instanceof RouteSource.Peer(var peer) ? peer.type() : PeerType.IBGP;
  }
}
