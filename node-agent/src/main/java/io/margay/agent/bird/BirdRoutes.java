package io.margay.agent.bird;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Ip;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code show route}: a line a path, the destination on the first of a prefix only. */
final class BirdRoutes {
  private static final int ROUTE = 1007;

  private final BirdState state;
  private final Map<String, Instant> since = new HashMap<>();

  BirdRoutes(BirdState state) {
    this.state = state;
    state.peers().forEach(peer -> since.put(peer.name(), peer.since()));
  }

  /**
   * The table.
   *
   * @param protocol only paths of this one
   * @param bestOnly only the chosen path of each prefix
   */
  void table(
      Iterator<RouteView> routes, Optional<String> protocol, boolean bestOnly, BirdReply reply) {
    boolean any = false;
    while (routes.hasNext()) {
      RouteView route = routes.next();
      String destination = route.prefix().toString();
      for (ExplainedPath path : route.paths()) {
        boolean best = path.fate() instanceof PathFate.Best;
        boolean wanted =
            isShown(path)
                && (best || !bestOnly)
                && protocol.map(protocol(path)::equals).orElse(true);
        if (wanted) {
          reply.line(ROUTE, "%-18s %s".formatted(destination, line(path, best)));
          destination = "";
          any = true;
        }
      }
    }
    if (any) {
      reply.end();
    } else {
      reply.end(8001, "Network not in table");
    }
  }

  /** How many there are. */
  static void count(Iterator<RouteView> routes, BirdReply reply) {
    long paths = 0;
    long networks = 0;
    while (routes.hasNext()) {
      RouteView route = routes.next();
      paths += route.paths().stream().filter(BirdRoutes::isShown).count();
      networks++;
    }
    reply.end(14, "%d of %d routes for %d networks".formatted(paths, paths, networks));
  }

  /** True when BIRD would have a path of it. */
  static boolean isShown(RouteView route) {
    return route.paths().stream().anyMatch(BirdRoutes::isShown);
  }

  /** BIRD has no path in its table that an import filter or a loop refused. */
  static boolean isShown(ExplainedPath path) {
    return !(path.fate() instanceof PathFate.Excluded(Exclusion why))
        || why instanceof Exclusion.UnreachableNextHop;
  }

  private String line(ExplainedPath path, boolean best) {
    String protocol = protocol(path);
    return "%s [%s %s%s]%s %s"
        .formatted(
            way(path),
            protocol,
            state.since(since.getOrDefault(protocol, state.started())),
            from(path),
            best ? " *" : "",
            rank(path));
  }

  private static String protocol(ExplainedPath path) {
    return switch (path.source()) {
      case RouteSource.Peer(Neighbour peer) -> peer.name();
      case RouteSource.Local(LocalRoute route) ->
          switch (route.kind()) {
            case BLOCK, SERVICE, STATIC -> "static1";
            case DIRECT -> "direct1";
            case WORKLOAD, KERNEL -> "kernel1";
          };
    };
  }

  private String way(ExplainedPath path) {
    return switch (path.source()) {
      case RouteSource.Local(LocalRoute route) ->
          route.interfaceName().map(name -> "dev " + name).orElse("blackhole");
      case RouteSource.Peer _ -> viaNextHop(path.attributes());
    };
  }

  private String viaNextHop(Attributes attributes) {
    Optional<Ip> hop = attributes.nextHop();
    if (hop.isPresent()
        && state.nextHops().resolve(hop.get()) instanceof NextHops.Resolution.Reached way) {
      return "via " + hop.get() + way.interfaceName().map(name -> " on " + name).orElse("");
    }
    return "unreachable";
  }

  /** The peer's address where the route leads past it. */
  private static String from(ExplainedPath path) {
    return path.source() instanceof RouteSource.Peer(Neighbour peer)
            && !path.attributes().nextHop().equals(Optional.of(peer.address()))
        ? " from " + peer.address()
        : "";
  }

  /** Preference and IGP cost, then AS path's last number and origin. */
  private String rank(ExplainedPath path) {
    return switch (path.source()) {
      case RouteSource.Local(LocalRoute route) -> "(%d)".formatted(preference(route));
      case RouteSource.Peer _ -> {
        Attributes attributes = path.attributes();
        String cost =
            attributes
                .nextHop()
                .map(hop ->
                    switch (state.nextHops().resolve(hop)) {
                      case NextHops.Resolution.Reached way -> Long.toString(way.cost());
                      case NextHops.Resolution.Unreachable _ -> "?";
                    })
                .orElse("?");
        yield "(100%s/%s) [%s%s]"
            .formatted(path.stale() ? "s" : "", cost, originAs(attributes), origin(attributes));
      }
    };
  }

  private static int preference(LocalRoute route) {
    return route.kind() == LocalRoute.Kind.WORKLOAD ? 10 : route.kind().preference();
  }

  private static String originAs(Attributes attributes) {
    List<Long> asns =
        attributes.asPath().segments().stream()
            .flatMap(segment -> segment.asns().stream())
            .collect(Collectors.toList());
    return asns.isEmpty() ? "" : "AS" + asns.getLast();
  }

  private static String origin(Attributes attributes) {
    return switch (attributes.origin()) {
      case IGP -> "i";
      case EGP -> "e";
      case INCOMPLETE -> "?";
    };
  }
}
