package io.margay.agent.view;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.PathReason;
import io.margay.bgp.view.PolicyWords;
import io.margay.bgp.view.RouteView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** BGP's routes as rows: what is known of a prefix, what a peer said, what a peer was told. */
public final class BgpRouteRows {
  private BgpRouteRows() {}

  /** A prefix with all its paths, the used ones first, and why each is used or not. */
  public static Map<String, Object> route(RouteView route) {
    Optional<ExplainedPath> best =
        route.paths().stream().filter(p -> p.fate() instanceof PathFate.Best).findFirst();
    var row = new LinkedHashMap<String, Object>();
    row.put("prefix", route.prefix().toString());
    row.put("used", best.isPresent());
    row.put("paths", route.paths().stream().map(path -> path(path, best)).toList());
    return row;
  }

  /** What one peer said of a prefix: its path alone. */
  public static Map<String, Object> received(RouteView route) {
    var row = new LinkedHashMap<String, Object>();
    row.put("prefix", route.prefix().toString());
    row.put("paths", route.paths().stream().map(path -> path(path, Optional.empty())).toList());
    return row;
  }

  /** What a peer was told of a prefix, or why it was not. */
  public static Map<String, Object> advertised(AdvertisedView view) {
    var row = new LinkedHashMap<String, Object>();
    row.put("prefix", view.prefix().toString());
    pathId(row, view.pathId());
    row.put("told", view.told().isPresent());
    view.told().ifPresent(attributes -> row.put("attributes", attributes(attributes)));
    row.put("why", view.verdict().map(PolicyWords::text).orElse(""));
    return row;
  }

  private static Map<String, Object> path(ExplainedPath path, Optional<ExplainedPath> best) {
    var row = new LinkedHashMap<String, Object>();
    switch (path.source()) {
      case RouteSource.Peer(var peer) -> {
        row.put("peer", peer.name());
        row.put("address", peer.address().toString());
        row.put("routerId", peer.routerId().toString());
        pathId(row, path.pathId());
      }
      case RouteSource.Local(LocalRoute local) -> {
        row.put("peer", "local");
        row.put("kind", word(local.kind()));
        local.interfaceName().ifPresent(name -> row.put("interface", name));
      }
    }
    row.put("state", state(path.fate()));
    reason(path.fate()).ifPresent(reason -> row.put("reason", reason));
    row.put("why", PathReason.text(path, best));
    row.put("stale", path.stale());
    row.put("attributes", attributes(path.attributes()));
    if (!path.received().equals(path.attributes())) {
      row.put("received", attributes(path.received()));
    }
    return row;
  }

  /** 0 is what stands for a path of a peer that exchanges one to a prefix. */
  private static void pathId(Map<String, Object> row, int id) {
    if (id != 0) {
      row.put("pathId", Integer.toUnsignedLong(id));
    }
  }

  private static String state(PathFate fate) {
    return switch (fate) {
      case PathFate.Best _ -> "best";
      case PathFate.Multipath _ -> "multipath";
      case PathFate.Lost _ -> "lost";
      case PathFate.Excluded _ -> "excluded";
    };
  }

  private static Optional<String> reason(PathFate fate) {
    return switch (fate) {
      case PathFate.Best(var reason) -> Optional.of(reason.name());
      case PathFate.Multipath(var reason) -> Optional.of(reason.name());
      case PathFate.Lost(var reason) -> Optional.of(reason.name());
      case PathFate.Excluded(var why) -> Optional.of(why.getClass().getSimpleName());
    };
  }

  private static Map<String, Object> attributes(Attributes a) {
    var row = new LinkedHashMap<String, Object>();
    a.nextHop().ifPresent(hop -> row.put("nextHop", hop.toString()));
    a.linkLocal().ifPresent(hop -> row.put("linkLocalNextHop", hop.toString()));
    row.put("asPath", a.asPath().toString());
    row.put("origin", a.origin().name());
    a.med().ifPresent(med -> row.put("med", med));
    a.localPref().ifPresent(preference -> row.put("localPreference", preference));
    if (a.atomicAggregate()) {
      row.put("atomicAggregate", true);
    }
    a.aggregator().ifPresent(by -> row.put("aggregator", by.asn() + " " + by.routerId()));
    texts(row, "communities", a.communities());
    texts(row, "extendedCommunities", a.extendedCommunities());
    texts(row, "largeCommunities", a.largeCommunities());
    a.originatorId().ifPresent(id -> row.put("originatorId", id.toString()));
    texts(row, "clusterList", a.clusterList());
    texts(
        row,
        "unknown",
        a.unknown().stream().map(other -> other.code() + " " + other.value()).toList());
    return row;
  }

  private static void texts(Map<String, Object> row, String name, List<?> values) {
    if (!values.isEmpty()) {
      row.put(name, values.stream().map(Object::toString).toList());
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
