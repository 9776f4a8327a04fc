package io.margay.agent.run;

import io.margay.agent.api.BirdServer;
import io.margay.agent.bird.BirdCommands;
import io.margay.agent.bird.BirdState;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The control sockets that Calico's two BIRDs have, one for each family of sessions, for calicoctl
 * and exporters.
 */
final class BirdSockets {
  private static final EventLog LOG = EventLog.of(BirdSockets.class);
  private static final Map<String, Family> FILES =
      Map.of("bird.ctl", Family.IPV4, "bird6.ctl", Family.IPV6);

  private BirdSockets() {}

  /** Opens both. One that cannot be opened costs its readers only, and is told. */
  static void open(Path directory, BgpPart bgp) {
    FILES.forEach((file, family) -> {
      Path socket = directory.resolve(file);
      try {
        // It lives as long as the process.
        BirdServer.open(socket, new BirdCommands(version(), new Source(bgp, family)));
      } catch (IOException e) {
        LOG.warn("bird.socket.failed", "socket", socket, "why", e);
      }
    });
  }

  /** As Calico's readers show it, without the {@code v}. */
  static String version() {
    return Optional.ofNullable(BirdSockets.class.getPackage().getImplementationVersion())
            .orElse("0")
        + "+margay";
  }

  /** What a socket answers from. */
  record Source(BgpPart bgp, Family family) implements BirdCommands.Source {
    @Override
    public BirdState state() {
      Optional<SpeakerView> speaker = bgp.status();
      return new BirdState(
          family,
          bgp.routerId(),
          Instant.now(),
          bgp.started(),
          bgp.configured(),
          ZoneId.systemDefault(),
          bgp.isRecovering(),
          speaker.map(SpeakerView::waitingFor).orElse(List.of()),
          bgp.peers().orElse(List.of()),
          bgp.nextHops());
    }

    @Override
    public Iterator<RouteView> routes(Prefix inside) {
      return bgp.speaker()
          .<Iterator<RouteView>>map(now -> new PartsWalk<>(List.of(inside), now::routes))
          .orElse(Collections.emptyIterator());
    }

    @Override
    public List<RouteView> towards(Ip address) {
      return bgp.speaker().flatMap(now -> Asked.soon(now.towards(address))).orElse(List.of());
    }
  }
}
