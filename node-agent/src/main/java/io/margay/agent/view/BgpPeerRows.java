package io.margay.agent.view;

import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.SpeakerView;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** BGP's sessions as rows. Times are ISO 8601, spans are seconds. */
public final class BgpPeerRows {
  private BgpPeerRows() {}

  /** The speaker and all its sessions. */
  public static Map<String, Object> summary(
      SpeakerView speaker, List<PeerView> peers, Instant now) {
    var row = new LinkedHashMap<String, Object>();
    row.put("routerId", speaker.routerId().toString());
    speaker.clusterId().ifPresent(id -> row.put("clusterId", id.toString()));
    row.put("prefixes", speaker.prefixes());
    row.put("attributeSets", speaker.attributeSets());
    row.put("tableBytes", speaker.tableBytes());
    row.put("tableLimit", speaker.tableLimit());
    row.put("recovering", speaker.recovering());
    row.put("waitingFor", speaker.waitingFor());
    row.put("notListening", speaker.notListening());
    row.put("strangers", speaker.strangers());
    row.put("peers", peers.stream().map(peer -> row(peer, now)).toList());
    return row;
  }

  /** A session with its counters and last errors. */
  public static Map<String, Object> row(PeerView peer, Instant now) {
    var row = new LinkedHashMap<String, Object>();
    row.put("name", peer.name());
    row.put("type", peer.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    row.put("address", peer.address().toString());
    row.put("port", peer.port());
    row.put("localAs", peer.localAs());
    row.put("remoteAs", peer.remoteAs());
    row.put("passive", peer.passive());
    row.put("state", peer.phase().toString());
    row.put("since", peer.since().toString());
    row.put("seconds", Math.max(0, Duration.between(peer.since(), now).toSeconds()));
    row.put("counters", counters(peer.counters()));
    event(row, "lastDown", peer.lastDown());
    event(row, "errorSent", peer.errorSent());
    event(row, "errorReceived", peer.errorReceived());
    row.put(
        "staleFamilies", peer.staleFamilies().stream().map(BgpPeerRows::word).sorted().toList());
    row.put(
        "longLivedFamilies",
        peer.longLivedFamilies().stream().map(BgpPeerRows::word).sorted().toList());
    row.put("limits", peer.limits().stream().map(BgpPeerRows::limit).toList());
    peer.range().ifPresent(range -> row.put("range", range.toString()));
    return row;
  }

  /** A session in full: also what is or was agreed on, and the last steps of its machine. */
  public static Map<String, Object> full(PeerView peer, Instant now) {
    Map<String, Object> row = row(peer, now);
    peer.agreed().ifPresent(agreed -> row.put("agreed", agreed(agreed)));
    row.put("imports", peer.imports());
    row.put("exports", peer.exports());
    peer.lastAgreed().ifPresent(agreed -> row.put("lastAgreed", agreed(agreed)));
    row.put("steps", peer.steps().stream().map(BgpPeerRows::step).toList());
    return row;
  }

  private static Map<String, Object> counters(PeerView.Counters counters) {
    var row = new LinkedHashMap<String, Object>();
    row.put("received", counters.received());
    row.put("accepted", counters.accepted());
    row.put("advertised", counters.advertised());
    row.put("messagesIn", counters.messagesIn());
    row.put("messagesOut", counters.messagesOut());
    row.put("updatesIn", counters.updatesIn());
    row.put("updatesOut", counters.updatesOut());
    row.put("announcedIn", counters.announcedIn());
    row.put("withdrawnIn", counters.withdrawnIn());
    row.put("announcedOut", counters.announcedOut());
    row.put("withdrawnOut", counters.withdrawnOut());
    row.put("malformed", counters.faults());
    row.put("established", counters.established());
    return row;
  }

  private static Map<String, Object> agreed(PeerView.Agreed agreed) {
    var row = new LinkedHashMap<String, Object>();
    row.put("localAddress", agreed.localAddress().toString());
    row.put("localPort", agreed.localPort());
    row.put("remotePort", agreed.remotePort());
    row.put("routerId", agreed.routerId().toString());
    row.put("holdSeconds", agreed.hold().toSeconds());
    row.put("keepaliveSeconds", agreed.keepalive().toSeconds());
    row.put("families", agreed.families().stream().map(BgpPeerRows::word).sorted().toList());
    row.put("gracefulRestart", agreed.gracefulRestart());
    row.put("pathsIn", agreed.pathsIn().stream().map(BgpPeerRows::word).sorted().toList());
    row.put("pathsOut", agreed.pathsOut().stream().map(BgpPeerRows::word).sorted().toList());
    row.put("ownCapabilities", agreed.ownCapabilities());
    row.put("peerCapabilities", agreed.peerCapabilities());
    return row;
  }

  private static Map<String, Object> limit(PeerView.Limit limit) {
    var row = new LinkedHashMap<String, Object>();
    row.put("family", word(limit.family()));
    row.put("received", limit.received());
    row.put("most", limit.most());
    row.put("warningAt", limit.warningAt());
    row.put("action", limit.action());
    row.put("warnings", limit.warnings());
    row.put("exceeded", limit.exceeded());
    return row;
  }

  private static void event(Map<String, Object> row, String name, Optional<PeerView.Event> event) {
    event.ifPresent(e -> {
      var value = new LinkedHashMap<String, Object>();
      value.put("at", e.at().toString());
      value.put("what", e.what());
      row.put(name, value);
    });
  }

  private static Map<String, Object> step(PeerView.Step step) {
    var row = new LinkedHashMap<String, Object>();
    row.put("at", step.at().toString());
    row.put("from", step.from().toString());
    row.put("event", step.event());
    row.put("to", step.to().toString());
    return row;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
