package io.margay.agent.bird;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a CalicoNodeStatus, with the content that Calico reads from BIRD's sockets. */
public final class BirdReport {
  /** Rows of a family that fit into an object: a thousand are some 200 KB, etcd takes 1.5 MB. */
  static final int MOST_ROUTES = 3000;

  private BirdReport() {}

  /**
   * {@code status.agent}.
   *
   * @param states of both families, IPv4 first; none when there is no speaker
   */
  public static Map<String, Object> agent(String version, List<BirdState> states) {
    var part = new LinkedHashMap<String, Object>();
    for (int i = 0; i < 2; i++) {
      var bird = new LinkedHashMap<String, Object>();
      if (i < states.size()) {
        BirdState state = states.get(i);
        bird.put("state", "Ready");
        bird.put("version", "v" + version);
        bird.put("routerID", state.routerId().toString());
        bird.put("lastBootTime", state.full(state.started()));
        bird.put("lastReconfigurationTime", state.full(state.configured()));
      } else {
        bird.put("state", "NotReady");
      }
      part.put(i == 0 ? "birdV4" : "birdV6", bird);
    }
    return part;
  }

  /** {@code status.bgp}, of the same states. */
  public static Map<String, Object> bgp(List<BirdState> states) {
    var part = new LinkedHashMap<String, Object>();
    for (int i = 0; i < 2; i++) {
      String family = i == 0 ? "V4" : "V6";
      Optional<BirdState> state = i < states.size() ? Optional.of(states.get(i)) : Optional.empty();
      List<PeerView> sessions =
          state.map(BirdState::sessions).orElse(List.of()).stream()
              .filter(peer -> peer.kind() != PeerKind.LOCAL_WORKLOAD)
              .toList();
      long up = sessions.stream().filter(BirdReport::isUp).count();
      part.put("numberEstablished" + family, (int) up);
      part.put("numberNotEstablished" + family, sessions.size() - (int) up);
      part.put(
          "peers" + family,
          sessions.stream().flatMap(peer -> state.map(s -> peer(peer, s)).stream()).toList());
    }
    return part;
  }

  /** The routes of a family, of {@code status.routes}: as many as an object can hold. */
  public static List<Map<String, Object>> routes(Iterator<RouteView> routes, NextHops nextHops) {
    var rows = new ArrayList<Map<String, Object>>();
    while (routes.hasNext() && rows.size() < MOST_ROUTES) {
      RouteView route = routes.next();
      route.paths().stream()
          .filter(BirdRoutes::isShown)
          .forEach(path -> rows.add(row(route, path, nextHops)));
    }
    return rows;
  }

  private static boolean isUp(PeerView peer) {
    return peer.phase() == SessionPhase.ESTABLISHED;
  }

  private static Map<String, Object> peer(PeerView peer, BirdState state) {
    var row = new LinkedHashMap<String, Object>();
    row.put("peerIP", peer.address().toString());
    row.put(
        "type",
        switch (peer.kind()) {
          case MESH -> "NodeMesh";
          case NODE, LOCAL_WORKLOAD -> "NodePeer";
          case GLOBAL -> "GlobalPeer";
        });
    row.put("state", BirdProtocols.phase(peer));
    row.put("since", state.since(peer.since()));
    return row;
  }

  private static Map<String, Object> row(RouteView route, ExplainedPath path, NextHops nextHops) {
    var row = new LinkedHashMap<String, Object>();
    row.put("type", path.fate() instanceof PathFate.Best ? "FIB" : "RIB");
    row.put("destination", route.prefix().toString());
    var from = new LinkedHashMap<String, Object>();
    switch (path.source()) {
      case RouteSource.Local(LocalRoute local) -> {
        row.put("gateway", "N/A");
        row.put("interface", local.interfaceName().orElse("blackhole"));
        from.put(
            "sourceType",
            switch (local.kind()) {
              case BLOCK, SERVICE, STATIC -> "Static";
              case DIRECT -> "Direct";
              case WORKLOAD, KERNEL -> "Kernel";
            });
      }
      case RouteSource.Peer(Neighbour peer) -> {
        Optional<Ip> hop = path.attributes().nextHop();
        Optional<NextHops.Resolution> way = hop.map(nextHops::resolve);
        if (way.isPresent() && way.get() instanceof NextHops.Resolution.Reached reached) {
          row.put("gateway", hop.map(Ip::toString).orElse("N/A"));
          row.put("interface", reached.interfaceName().orElse("N/A"));
        } else {
          row.put("gateway", "N/A");
          row.put("interface", "unreachable");
        }
        from.put("sourceType", peer.kind() == PeerKind.MESH ? "NodeMesh" : "BGPPeer");
        from.put("peerIP", peer.address().toString());
      }
    }
    row.put("learnedFrom", from);
    return row;
  }
}
