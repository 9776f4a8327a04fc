package io.margay.bgp.rib;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The routes of this node, as they stand at the rows: one to a prefix. Owned by the RIB's thread.
 */
final class OwnRoutes {
  private final OfferTable offers;
  private final PathTable paths;
  private final RouteRows rows4;
  private final RouteRows rows6;
  private final Map<Prefix, LocalRoute> routes = new HashMap<>();

  /** What changed since {@link #takeChanged}. */
  private final Set<Prefix> changed = new LinkedHashSet<>();

  OwnRoutes(OfferTable offers, PathTable paths, RouteRows rows4, RouteRows rows6) {
    this.offers = offers;
    this.paths = paths;
    this.rows4 = rows4;
    this.rows6 = rows6;
  }

  /** These and no others; what changes marks its row. */
  void replace(Map<Prefix, LocalRoute> wanted) {
    var gone = new HashSet<>(routes.keySet());
    gone.removeAll(wanted.keySet());
    gone.forEach(this::remove);
    wanted.forEach((prefix, route) -> {
      if (!route.equals(routes.get(prefix))) {
        remove(prefix);
        add(prefix, route);
      }
    });
  }

  /** Prefixes whose own route came, went or became another since this was last asked. */
  List<Prefix> takeChanged() {
    if (changed.isEmpty()) {
      return List.of();
    }
    var all = List.copyOf(changed);
    changed.clear();
    return all;
  }

  private void add(Prefix prefix, LocalRoute route) {
    routes.put(prefix, route);
    changed.add(prefix);
    RouteRows rows = rows(prefix);
    int row = rows.add(prefix);
    rows.firstPath(row, paths.add(offers.holdLocal(route), 0, rows.firstPath(row), 0));
    rows.mark(row);
  }

  private void remove(Prefix prefix) {
    if (routes.remove(prefix) == null) {
      return;
    }
    changed.add(prefix);
    RouteRows rows = rows(prefix);
    int row = rows.find(prefix);
    int path = rows.firstPath(row);
    while (!offers.isLocal(paths.offer(path))) {
      path = paths.next(path);
    }
    int offer = paths.offer(path);
    paths.unlink(rows, row, path);
    offers.release(offer);
    rows.mark(row);
  }

  private RouteRows rows(Prefix prefix) {
    return prefix.family() == Family.IPV4 ? rows4 : rows6;
  }
}
