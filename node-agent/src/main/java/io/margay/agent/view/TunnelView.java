package io.margay.agent.view;

import io.margay.agent.stage.NodeReach;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.NodeEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * How packets to other nodes leave: the route, the neighbour and the forwarding entry of each, as
 * they are there, beside what this node should have.
 */
public final class TunnelView {
  private static final String NOTHING = "-";
  private static final Comparator<Optional<Encap>> TUNNELS_BEFORE_NOTHING =
      Comparator.comparing(encap -> encap.map(Encap::ordinal).orElse(Integer.MAX_VALUE));

  private final NodeRoutes routes;
  private final NodeTunnels tunnels;
  private final Map<Place, NeighbourEntry> neighbours = new LinkedHashMap<>();

  /** Where a neighbour is. */
  private record Place(String device, Ip address) {}

  private TunnelView(NodeRoutes routes, NodeTunnels tunnels) {
    this.routes = routes;
    this.tunnels = tunnels;
  }

  /**
   * The rows: for each node and family one, or as many as there are modes in which it is sent
   * packets; then what tunnels have and nobody wants.
   *
   * @param neighbours of all devices, as they were just read
   * @param names of the devices, by index
   */
  public static List<Map<String, Object>> of(
      List<NodeReach> nodes,
      NodeRoutes routes,
      NodeTunnels tunnels,
      Collection<NeighbourEntry> neighbours,
      IntFunction<String> names) {
    var view = new TunnelView(routes, tunnels);
    for (NeighbourEntry n : neighbours) {
      n.destination()
          .ifPresent(ip -> view.neighbours.put(new Place(names.apply(n.interfaceIndex()), ip), n));
    }
    var rows = new ArrayList<Map<String, Object>>();
    nodes.forEach(node -> rows.addAll(view.rows(node)));
    tunnels.unwanted().forEach(unwanted -> rows.add(row(unwanted)));
    return rows;
  }

  private List<Map<String, Object>> rows(NodeReach node) {
    var ways = new TreeMap<Optional<Encap>, List<NodeReach.Destination>>(TUNNELS_BEFORE_NOTHING);
    for (NodeReach.Destination destination : node.destinations()) {
      ways.computeIfAbsent(destination.sent(), _ -> new ArrayList<>()).add(destination);
    }
    if (ways.isEmpty()) {
      ways.put(Optional.empty(), List.of());
    }
    Optional<NodeTunnels.Entries> vtep = node.end().flatMap(NodeEnd::vtep).flatMap(tunnels::of);
    Optional<Encap> vxlan = Optional.of(Encap.vxlan(node.family()));
    Optional<Encap> shownAt = ways.containsKey(vxlan) ? vxlan : ways.firstKey();
    var rows = new ArrayList<Map<String, Object>>();
    ways.forEach((way, destinations) ->
        rows.add(
            row(
                node,
                way,
                destinations,
                way.equals(shownAt) ? vtep : Optional.<NodeTunnels.Entries>empty())));
    return rows;
  }

  /**
   * @param vtep its end of the VXLAN, where this row shows it
   */
  private Map<String, Object> row(
      NodeReach node,
      Optional<Encap> way,
      List<NodeReach.Destination> destinations,
      Optional<NodeTunnels.Entries> vtep) {
    var there = new LinkedHashSet<String>();
    var why = new LinkedHashSet<String>();
    var drift = new LinkedHashSet<String>();
    Optional<String> neighbour = vtep.flatMap(NodeTunnels.Entries::neighbour);
    Optional<String> fdb = vtep.flatMap(NodeTunnels.Entries::fdb);
    for (NodeReach.Destination destination : destinations) {
      NodeRoutes.State state = routes.at(destination.prefix());
      state.there().ifPresent(there::add);
      drift.addAll(state.drift());
      if (!state.why().isEmpty()) {
        why.add(state.why());
      }
      if (state.hop().isPresent()) {
        NodeRoutes.Hop hop = state.hop().get();
        drift.addAll(tunnels.ofDevice(hop.device()));
        drift.addAll(tunnels.ofForwarder(hop.device(), destination.prefix()));
        neighbour = neighbour.or(() -> neighbour(hop));
        fdb = fdb.or(() -> tunnels.forwarder(hop.device(), destination.prefix()));
      }
    }
    vtep.ifPresent(entries -> drift.addAll(entries.drift()));
    if (destinations.isEmpty()) {
      why.add("it has no block");
    }
    String state = way.isPresent() ? "ok" : "none";
    Map<String, Object> row = head(node.node().value(), node.family());
    row.put("address", node.end().map(end -> end.address().toString()).orElse(NOTHING));
    row.put("blocks", destinations.stream().map(d -> d.prefix().toString()).toList());
    row.put("way", way.map(Encap::toString).orElse("none"));
    row.put("route", joined(there));
    row.put("neighbour", neighbour.orElse(NOTHING));
    row.put("fdb", fdb.orElse(NOTHING));
    row.put("state", drift.isEmpty() ? state : "drift");
    row.put("drift", List.copyOf(drift));
    row.put("why", String.join("; ", why));
    return row;
  }

  /** What the kernel knows of a next hop by itself. */
  private Optional<String> neighbour(NodeRoutes.Hop hop) {
    return hop.gateway()
        .flatMap(ip -> Optional.ofNullable(neighbours.get(new Place(hop.device(), ip))))
        .map(n ->
            hop.gateway().get() + n.mac().map(mac -> " " + mac).orElse("") + " " + n.stateWord());
  }

  private static Map<String, Object> row(NodeTunnels.Unwanted unwanted) {
    Map<String, Object> row = head(NOTHING, unwanted.family());
    row.put("address", NOTHING);
    row.put("blocks", List.of());
    row.put("way", NOTHING);
    row.put("route", NOTHING);
    row.put("neighbour", unwanted.neighbour());
    row.put("fdb", unwanted.fdb());
    row.put("state", "unwanted");
    row.put("drift", List.of());
    row.put("why", unwanted.why());
    return row;
  }

  private static Map<String, Object> head(String node, Family family) {
    var row = new LinkedHashMap<String, Object>();
    row.put("node", node);
    row.put("family", family.name().toLowerCase(Locale.ROOT));
    return row;
  }

  private static String joined(SequencedCollection<String> words) {
    return words.isEmpty() ? NOTHING : String.join(", ", words);
  }
}
