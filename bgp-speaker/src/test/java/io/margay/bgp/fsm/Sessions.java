package io.margay.bgp.fsm;

import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.addr.Ip4;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Configurations and OPENs for tests. */
final class Sessions {
  static final Capability IPV4 = new Capability.Multiprotocol(1, 1);
  static final Capability IPV6 = new Capability.Multiprotocol(2, 1);
  static final Capability RESTART =
      new Capability.GracefulRestart(
          false, false, 120, List.of(new Capability.RestartFamily(1, 1, true)));

  private Sessions() {}

  static OpenMessage open(long asn, String id, int hold, Capability... more) {
    var capabilities = new ArrayList<>(List.of(more));
    capabilities.add(new Capability.FourOctetAs(asn));
    return new OpenMessage(4, OpenMessage.shortAs(asn), hold, Ip4.of(id), capabilities);
  }

  static SessionConfig config(long remoteAs, boolean passive, OpenMessage open) {
    return new SessionConfig(
        open.asn(),
        remoteAs,
        open,
        passive,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Optional.empty());
  }

  /** The same, with time for the peer's OPEN to come first. */
  static SessionConfig delaying(SessionConfig c, Duration delayOpen) {
    return new SessionConfig(
        c.localAs(),
        c.remoteAs(),
        c.open(),
        c.passive(),
        c.connectRetry(),
        c.idleHoldMin(),
        c.idleHoldMax(),
        c.keepalive(),
        c.strictRole(),
        delayOpen);
  }

  static Agreed agreed(OpenMessage own, OpenMessage peer) {
    var result = Negotiation.judge(config(peer.asn(), false, own), peer);
    return ((Negotiation.Result.Accepted) result).agreed();
  }
}
