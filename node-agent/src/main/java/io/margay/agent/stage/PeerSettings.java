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
import io.margay.foundation.addr.Family;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpPeer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

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

  private final boolean policyRequired;

  PeerSettings(PeerStage.Input input, BgpConfiguration cluster, Set<String> notes) {
    this.exportFilters = input.exportFilters();
    this.importFilters = input.importFilters();
    this.export = input.export();
    this.policyRequired = cluster.ebgpRequiresPolicy();
    this.notes = notes;
  }

  /** The mesh has no filters, and changes no next hop by itself. */
  PeerConfig.Routing ofMesh() {
    return new PeerConfig.Routing(
        NextHopMode.AUTO, List.of(), false, 0, imports(List.of()), exports(List.of()));
  }

  /**
   * @param internal the peer is of our AS
   * @param client we reflect for it
   * @param family whose routes the session carries
   */
  PeerConfig.Routing of(BgpPeer peer, boolean internal, boolean client, Family family) {
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
    ImportPolicy in = imports(named(peer, importFilters));
    ExportPolicy out = exports(named(peer, exportFilters));
    boolean explicit = !internal && peer.ebgpRequiresPolicy().orElse(policyRequired);
    if (explicit && hasNoRules(in.filters(), family)) {
      notes.add(noPolicy(peer, "imported", "import", family));
      in = new ImportPolicy(in.filters(), ImportPolicy.Rest.NO_POLICY, in.priorities());
    }
    if (explicit && hasNoRules(out.filters(), family)) {
      notes.add(noPolicy(peer, "exported", "export", family));
      out = new ExportPolicy(out.filters(), new ExportPolicy.Default.NoPolicy());
    }
    return new PeerConfig.Routing(
        mode(peer.nextHopMode(), internal),
        List.of(),
        client,
        peer.numAllowedLocalAsNumbers(),
        in,
        out);
  }

  private ImportPolicy imports(List<BgpFilter> filters) {
    return new ImportPolicy(filters, ImportPolicy.Rest.ACCEPT, export.priorities());
  }

  private ExportPolicy exports(List<BgpFilter> filters) {
    return new ExportPolicy(filters, new ExportPolicy.Default.Calico(export));
  }

  private static List<BgpFilter> named(BgpPeer peer, Map<String, BgpFilter> filters) {
    return peer.filters().stream().flatMap(name -> Stream.ofNullable(filters.get(name))).toList();
  }

  private static boolean hasNoRules(List<BgpFilter> filters, Family family) {
    return filters.stream().allMatch(filter -> filter.rules(family).isEmpty());
  }

  private static String noPolicy(BgpPeer peer, String done, String direction, Family family) {
    return "BGPPeer \"%s\": nothing is %s: none of its BGPFilters has rules under %s%s, and %s is true (RFC 8212)"
        .formatted(
            peer.name(),
            done,
            direction,
            family == Family.IPV4 ? "V4" : "V6",
            BgpConfiguration.EBGP_REQUIRES_POLICY);
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
