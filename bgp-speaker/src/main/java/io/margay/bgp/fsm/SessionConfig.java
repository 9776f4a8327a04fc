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
    boolean strictRole) {
  /** A peer may be without a role. */
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
        localAs, remoteAs, open, passive, connectRetry, idleHoldMin, idleHoldMax, keepalive, false);
  }

  public boolean isInternal() {
    return localAs == remoteAs;
  }
}
