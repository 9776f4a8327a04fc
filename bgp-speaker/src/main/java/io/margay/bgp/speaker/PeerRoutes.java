package io.margay.bgp.speaker;

import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.ExportVerdict;
import io.margay.bgp.export.Exporter;
import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.InboundRefresh;
import io.margay.bgp.fsm.StaleRoutes;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.log.EventLog;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One peer's routes: what it said, what it was told, and what is kept of it while it restarts.
 * Owned by bgp-core.
 */
final class PeerRoutes {
  private static final EventLog LOG = EventLog.of(PeerRoutes.class);

  private final SpeakerCore core;
  private final LocRib rib;
  private final AdjRibIn adjRibIn;
  private PeerConfig config;
  private final KeptRoutes kept;
  private final InboundRefresh inbound = new InboundRefresh();
  private boolean saidOutOfPlace;

  /** The session that is, or was last. */
  private Optional<Agreed> agreed = Optional.empty();

  private Optional<Ip> localAddress = Optional.empty();
  private @Nullable PeerExport export;

  /** What views ask about routes; there while {@link #export} is. */
  private Optional<Exporter> exporter = Optional.empty();

  PeerRoutes(SpeakerCore core, PeerConfig config) {
    this.core = core;
    this.config = config;
    this.rib = core.exchange().rib();
    this.adjRibIn = rib.open(neighbour(Ip4.ANY), config.routing().importPolicy());
    this.kept = new KeptRoutes(config.name(), core.scheduler(), rib, adjRibIn);
  }

  AdjRibIn adjRibIn() {
    return adjRibIn;
  }

  /** What the peer is told; empty while there is no session. */
  Optional<PeerExport> export() {
    return Optional.ofNullable(export);
  }

  StaleRoutes stale() {
    return kept.stale();
  }

  /** Takes over another configuration; what was said and told is judged anew where it matters. */
  void reconfigure(PeerConfig newConfig) {
    boolean sameExport =
        config.name().equals(newConfig.name()) && config.routing().equals(newConfig.routing());
    config = newConfig;
    importAs(adjRibIn.neighbour().routerId());
    if (!sameExport) {
      reexport();
    }
  }

  /** What the peer is told is judged anew, by what holds now. */
  void reexport() {
    if (export != null && agreed.isPresent()) {
      ExportPeer peer = exportPeer(agreed.get());
      exporter = Optional.of(new Exporter(peer));
      export.reexport(peer);
    }
  }

  void up(Agreed newAgreed, PeerChannel channel, SessionRecord record) {
    agreed = Optional.of(newAgreed);
    inbound.up(newAgreed);
    saidOutOfPlace = false;
    localAddress = Optional.of(channel.local().address());
    importAs(newAgreed.routerId());
    kept.up(newAgreed);
    int most = config.link().options().mostPaths();
    ExportPeer peer = exportPeer(newAgreed);
    exporter = Optional.of(new Exporter(peer));
    export = core.exchange().export(peer, newAgreed, most, channel, record);
  }

  /** The session is over; {@code keep}: its routes may stay for a while. */
  void down(boolean keep) {
    inbound.down();
    if (export != null) {
      export.close();
      export = null;
      exporter = Optional.empty();
    }
    agreed.ifPresent(a -> kept.down(a, keep));
  }

  /** All that the peer said goes; it may say something again. */
  void drop() {
    kept.drop();
    for (Family family : Family.values()) {
      rib.purge(adjRibIn, family);
    }
  }

  /** The peer is gone for good, and all that it said. */
  void close() {
    kept.drop();
    rib.close(adjRibIn);
  }

  /** The peer says what an operation of a run says. */
  void apply(UpdateRun run, int op) {
    if (run.kind(op) == UpdateRun.Kind.END_OF_RIB) {
      inbound.endOfRib(run.family(op));
      kept.endOfRib(run.family(op));
    } else {
      rib.apply(adjRibIn, run, op);
    }
  }

  /** The peer marks begin and end of its refresh: what it does not repeat goes (RFC 7313, 4). */
  void refreshed(Family family, int subtype) {
    if (!agreed.map(Agreed::enhancedRefresh).orElse(false)) {
      return;
    }
    switch (subtype) {
      case RouteRefreshMessage.BEGIN -> {
        if (inbound.begins(family)) {
          rib.markStale(adjRibIn, family);
        } else {
          outOfPlace(family, "begin of a refresh before the End-of-RIB");
        }
      }
      case RouteRefreshMessage.END -> {
        if (inbound.ends(family)) {
          rib.purgeStale(adjRibIn, family);
        } else {
          outOfPlace(family, "end of a refresh that did not begin");
        }
      }
      // RFC 7313, 5: ignored, too.
      default -> outOfPlace(family, "unknown subtype " + subtype);
    }
  }

  private void outOfPlace(Family family, String what) {
    if (saidOutOfPlace) {
      return;
    }
    saidOutOfPlace = true;
    LOG.warn("bgp.refresh.ignored", "peer", config.name(), "family", family, "what", what);
  }

  /** Whether the peer is told of a route; empty while there is no session. */
  Optional<ExportVerdict> judge(BestRoute route) {
    return exporter.map(e -> e.judge(route));
  }

  private void importAs(Ip4 routerId) {
    rib.update(adjRibIn, neighbour(routerId), config.routing().importPolicy());
  }

  private ExportPeer exportPeer(Agreed session) {
    var self = new ArrayList<>(config.routing().nextHopSelf());
    localAddress.ifPresent(self::add);
    return new ExportPeer(
        config.name(),
        config.link().localAs(),
        config.link().remoteAs(),
        session.routerId(),
        core.clusterId(),
        config.routing().reflectorClient(),
        session.families(),
        self,
        config.routing().nextHopMode(),
        config.routing().exportPolicy(),
        session.extendedNextHop(),
        config.link().role(),
        session.longLived().isPresent(),
        config.routing().exporting());
  }

  private Neighbour neighbour(Ip4 routerId) {
    return new Neighbour(
        config.name(),
        config.kind(),
        config.link().address(),
        config.link().remoteAs(),
        config.link().localAs(),
        routerId,
        config.routing().reflectorClient(),
        config.routing().allowedLocalAs(),
        config.link().role(),
        config.routing().exporting().leaving());
  }
}
