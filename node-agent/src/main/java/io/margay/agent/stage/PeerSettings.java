package io.margay.agent.stage;

import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.CalicoExport;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.speaker.AddPath;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerTimers;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.SessionOptions;
import io.margay.kube.types.BgpPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a BGPPeer says about a session and its routes, as the speaker's settings. */
final class PeerSettings {
  /**
   * Calico's, but for the pause between attempts to connect: one second. Where one side waits for
   * the other to dial, the pause is how long a node that starts has no routes.
   */
  static final PeerTimers TIMERS = PeerTimers.CALICO.withConnectRetry(Duration.ofSeconds(1));

  /** Calico's template says {@code add paths on} for every peer. */
  static final SessionOptions OPTIONS =
      SessionOptions.NONE.withAddPath(AddPath.BOTH, SessionOptions.ALL_PATHS);

  private final Map<String, BgpFilter> exportFilters;
  private final Map<String, BgpFilter> importFilters;
  private final CalicoExport export;
  private final Set<String> notes;

  PeerSettings(PeerStage.Input input, Set<String> notes) {
    this.exportFilters = input.exportFilters();
    this.importFilters = input.importFilters();
    this.export = input.export();
    this.notes = notes;
  }

  /** The mesh has no filters, and changes no next hop by itself. */
  PeerConfig.Routing ofMesh() {
    return routing(NextHopMode.AUTO, false, 0, List.of());
  }

  /**
   * @param internal the peer is of our AS
   * @param client we reflect for it
   */
  PeerConfig.Routing of(BgpPeer peer, boolean internal, boolean client) {
    for (String name : peer.filters()) {
      if (!exportFilters.containsKey(name)) {
        // Skipped, as in Calico, but never in silence: what it should stop passes.
        notes.add(
            "BGPPeer \""
                + peer.name()
                + "\": there is no BGPFilter \""
                + name
                + "\"; it is skipped");
      }
    }
    return routing(
        mode(peer.nextHopMode(), internal),
        client,
        peer.numAllowedLocalAsNumbers(),
        peer.filters());
  }

  private PeerConfig.Routing routing(
      NextHopMode mode, boolean client, int allowedLocalAs, List<String> filterNames) {
    var out = new ArrayList<BgpFilter>();
    var in = new ArrayList<BgpFilter>();
    for (String name : filterNames) {
      if (exportFilters.containsKey(name)) {
        out.add(exportFilters.get(name));
        in.add(importFilters.get(name));
      }
    }
    return new PeerConfig.Routing(
        mode,
        List.of(),
        client,
        allowedLocalAs,
        new ImportPolicy(in, true, export.priorities()),
        new ExportPolicy(out, new ExportPolicy.Default.Calico(export)));
  }

  private static NextHopMode mode(BgpPeer.NextHopMode mode, boolean internal) {
    return switch (mode) {
      case AUTO -> NextHopMode.AUTO;
      case SELF -> NextHopMode.SELF;
      case KEEP -> NextHopMode.KEEP;
      case KEEP_FOR_EBGP -> internal ? NextHopMode.AUTO : NextHopMode.KEEP;
    };
  }

  static PeerTimers timers(BgpPeer peer) {
    PeerTimers timers = TIMERS.withKeepalive(peer.keepaliveTime());
    return peer.maxRestartTime().map(timers::withRestart).orElse(timers);
  }

  static Reach reach(BgpPeer peer) {
    return peer.ttlSecurity().isPresent()
        ? new Reach.Secured(peer.ttlSecurity().getAsInt())
        : new Reach.Multihop();
  }
}
