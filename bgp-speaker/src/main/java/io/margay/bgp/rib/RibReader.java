package io.margay.bgp.rib;

import io.margay.bgp.table.PrefixTable;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is in a {@link LocRib}, as objects, for those who ask. Owned by its thread. */
public final class RibReader {
  private final RouteRows rows4;
  private final RouteRows rows6;
  private final WayTable ways;
  private final Explainer explainer;

  RibReader(RouteRows rows4, RouteRows rows6, WayTable ways, Explainer explainer) {
    this.rows4 = rows4;
    this.rows6 = rows6;
    this.ways = ways;
    this.explainer = explainer;
  }

  /** What was chosen for a prefix. */
  public Optional<BestRoute> best(Prefix prefix) {
    RouteRows rows = rows(prefix.family());
    int row = rows.find(prefix);
    return row == PrefixTable.NONE ? Optional.empty() : best(rows, row);
  }

  /** The same. */
  public Optional<BestRoute> best(RouteRows rows, int row) {
    if (rows.chosen(row) == OfferTable.NONE) {
      return Optional.empty();
    }
    int way = rows.way(row);
    Ways held = way == WayTable.NONE ? explainer.ways(rows.chosen(row)) : ways.value(way);
    return Optional.of(explainer.best(rows, row, held));
  }

  /**
   * All paths to a prefix that could be chosen, the best one first (RFC 7911, 2).
   *
   * @param inOrder all are in order where there are more than these
   */
  public List<OfferedPath> offered(Prefix prefix, int inOrder) {
    RouteRows rows = rows(prefix.family());
    int row = rows.find(prefix);
    return row == PrefixTable.NONE ? List.of() : explainer.offered(rows, row, inOrder);
  }

  /** All prefixes for which something was chosen. */
  public List<Prefix> chosen() {
    var out = new ArrayList<Prefix>();
    for (Family family : Family.values()) {
      RouteRows rows = rows(family);
      for (int row = 0; row < rows.rows(); row++) {
        if (rows.chosen(row) != OfferTable.NONE) {
          out.add(rows.prefix(row));
        }
      }
    }
    return out;
  }

  /**
   * Prefixes that somebody announces, in order: a part of a walk that may stop anywhere.
   *
   * @param first where the part begins; it need not be there itself
   * @param limit most prefixes that are given back
   */
  public List<Prefix> prefixes(Prefix first, int limit) {
    if (first.family() == Family.IPV6) {
      return rows6.walk().from(first, limit);
    }
    var out = new ArrayList<>(rows4.walk().from(first, limit));
    if (out.size() < limit) {
      out.addAll(rows6.walk().from(Prefix.ALL_IPV6, limit - out.size()));
    }
    return out;
  }

  /** What a packet to the address may follow: all prefixes around it, the longest first. */
  public List<Prefix> around(Ip address) {
    var out = new ArrayList<Prefix>();
    for (int length = address.family().bits(); length >= 0; length--) {
      Prefix prefix = Prefix.containing(address, length);
      if (rows(address.family()).find(prefix) != PrefixTable.NONE) {
        out.add(prefix);
      }
    }
    return out;
  }

  /** All paths to a prefix, and what the decision makes of them now. */
  public List<ExplainedPath> explain(Prefix prefix) {
    RouteRows rows = rows(prefix.family());
    int row = rows.find(prefix);
    return row == PrefixTable.NONE ? List.of() : explainer.explain(rows, row);
  }

  private RouteRows rows(Family family) {
    return family == Family.IPV4 ? rows4 : rows6;
  }
}
