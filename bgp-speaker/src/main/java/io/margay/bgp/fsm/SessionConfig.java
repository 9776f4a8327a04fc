package io.margay.bgp.fsm;

import io.margay.bgp.wire.OpenMessage;
import java.time.Duration;
import java.util.Optional;

/**
 * What a session's machine knows of its peer.
 *
 * @param open what is sent; its hold time and capabilities are what is offered
 * @param passive the peer is to connect
 * @param strictRole a peer without a role is refused (RFC 9234, 4.2)
 * @param delayOpen how long the peer's OPEN may come first (RFC 4271, 8.1.1); zero for not at all
 * @param keepalive instead of a third of the agreed hold time
 */
public record SessionConfig(
    long localAs,
    long remoteAs,
    OpenMessage open,
    boolean passive,
    Duration connectRetry,
    Duration idleHoldMin,
    Duration idleHoldMax,
    Optional<Duration> keepalive,
    boolean strictRole,
    Duration delayOpen) {
  /** A peer may be without a role, and OPEN is said at once. */
  public SessionConfig(
      long localAs,
      long remoteAs,
      OpenMessage open,
      boolean passive,
      Duration connectRetry,
      Duration idleHoldMin,
      Duration idleHoldMax,
      Optional<Duration> keepalive) {
    this(
        localAs,
        remoteAs,
        open,
        passive,
        connectRetry,
        idleHoldMin,
        idleHoldMax,
        keepalive,
        false,
        Duration.ZERO);
  }

  public boolean isInternal() {
    return localAs == remoteAs;
  }
}
