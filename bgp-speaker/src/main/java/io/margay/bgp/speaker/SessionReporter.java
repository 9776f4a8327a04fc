package io.margay.bgp.speaker;

import io.margay.bgp.fsm.Agreed;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionAction;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.foundation.log.EventLog;
import java.time.Duration;
import java.util.Optional;

/** Tells log and listener of sessions. Passwords and routes are no part of it. */
final class SessionReporter {
  private static final EventLog LOG = EventLog.of(SessionReporter.class);

  private final SpeakerListener listener;

  SessionReporter(SpeakerListener listener) {
    this.listener = listener;
  }

  void up(PeerConfig peer, Agreed agreed) {
    LOG.info(
        "bgp.session.up",
        "peer",
        peer.name(),
        "address",
        peer.link().address(),
        "as",
        peer.link().remoteAs(),
        "id",
        agreed.routerId(),
        "families",
        agreed.families(),
        "hold",
        agreed.hold().toSeconds(),
        "graceful",
        agreed.isGraceful());
    tell(peer, SessionPhase.ESTABLISHED, Optional.empty(), "");
  }

  void down(PeerConfig peer, SessionPhase phase, SessionAction.Down down, Duration lasted) {
    LOG.info(
        "bgp.session.down",
        "peer",
        peer.name(),
        "address",
        peer.link().address(),
        "cause",
        down.cause(),
        "detail",
        down.detail(),
        "routes",
        down.keepRoutes() ? "kept" : "dropped",
        "after",
        text(lasted));
    tell(peer, phase, Optional.of(down.cause()), down.detail());
  }

  void failed(PeerConfig peer, SessionPhase phase, SessionAction.Failed failed) {
    LOG.info(
        "bgp.session.failed",
        "peer",
        peer.name(),
        "address",
        peer.link().address(),
        "cause",
        failed.cause(),
        "detail",
        failed.detail());
    tell(peer, phase, Optional.of(failed.cause()), failed.detail());
  }

  /** {@code 3h12m7s}. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    String minutes = seconds < 60 ? "" : seconds / 60 % 60 + "m";
    String hours = seconds < 3600 ? "" : seconds / 3600 + "h";
    return hours + minutes + seconds % 60 + "s";
  }

  private void tell(PeerConfig peer, SessionPhase phase, Optional<DownCause> cause, String detail) {
    listener.sessionChanged(
        new SessionChange(peer.name(), peer.kind(), peer.link().address(), phase, cause, detail));
  }
}
