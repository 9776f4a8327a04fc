package io.margay.agent.view;

import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** This node's agent and its BGP peers, in calicoctl's words. */
public final class NodeView {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd");

  private NodeView() {}

  /**
   * The view.
   *
   * @param now decides whether a time or a day is shown
   */
  public static Map<String, Object> of(
      String node, long pid, List<PeerView> all, Instant now, ZoneId zone) {
    var peers = new ArrayList<Map<String, Object>>();
    for (PeerView peer : all) {
      var row = new LinkedHashMap<String, Object>();
      row.put("address", peer.address().toString());
      row.put("name", peer.name());
      row.put("type", type(peer.kind()));
      row.put("state", state(peer));
      row.put("since", since(peer.since(), now, zone));
      row.put("info", info(peer));
      row.put("received", peer.counters().received());
      row.put("advertised", peer.counters().advertised());
      peers.add(row);
    }
    var value = new LinkedHashMap<String, Object>();
    value.put("name", node);
    value.put("pid", pid);
    value.put("peers", peers);
    return value;
  }

  private static String type(PeerKind kind) {
    return switch (kind) {
      case MESH -> "node-to-node mesh";
      case NODE -> "node specific";
      case GLOBAL -> "global";
      case LOCAL_WORKLOAD -> "local workload";
    };
  }

  private static String state(PeerView peer) {
    return switch (peer.phase()) {
      case ESTABLISHED -> "up";
      case IDLE, CONNECT, ACTIVE, OPEN_SENT, OPEN_CONFIRM -> "start";
    };
  }

  private static String info(PeerView peer) {
    String why =
        switch (peer.phase()) {
          case ESTABLISHED -> "";
          case IDLE, CONNECT, ACTIVE, OPEN_SENT, OPEN_CONFIRM ->
              peer.lastDown().map(event -> " " + event.what()).orElse("");
        };
    return peer.phase() + why;
  }

  private static String since(Instant since, Instant now, ZoneId zone) {
    boolean today = since.plus(Duration.ofDays(1)).isAfter(now);
    return (today ? TIME : DAY).format(since.atZone(zone));
  }
}
