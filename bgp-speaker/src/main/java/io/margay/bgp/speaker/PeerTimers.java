package io.margay.bgp.speaker;

import java.time.Duration;
import java.util.Optional;

/**
 * Times of a session.
 *
 * @param hold offered hold time; zero, or at least 3 s
 * @param keepalive instead of a third of the hold time that was agreed on
 * @param connectRetry between two attempts to connect
 * @param idleHoldMin first pause after a protocol error; doubles with each further one
 * @param idleHoldMax longest such pause
 * @param restart how long peers keep our routes while we restart; up to 4095 s
 */
public record PeerTimers(
    Duration hold,
    Optional<Duration> keepalive,
    Duration connectRetry,
    Duration idleHoldMin,
    Duration idleHoldMax,
    Duration restart) {
  /** Calico's: hold 240 s, retry 5 s, error wait 5 to 30 s, restart 120 s. */
  public static final PeerTimers CALICO =
      new PeerTimers(
          Duration.ofMinutes(4),
          Optional.empty(),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2));

  public PeerTimers {
    long seconds = hold.toSeconds();
    if (seconds < 0 || seconds == 1 || seconds == 2 || seconds > 65535) {
      // RFC 4271, 4.2
      throw new IllegalArgumentException("hold time of " + seconds + " s; 0 or 3 to 65535 s");
    }
    if (restart.isNegative() || restart.toSeconds() > 4095) {
      // RFC 4724, 3: twelve bits
      throw new IllegalArgumentException(
          "restart time of " + restart.toSeconds() + " s; 0 to 4095 s");
    }
  }

  /** These times with the other's for what is tried between sessions. */
  PeerTimers withPausesOf(PeerTimers other) {
    return new PeerTimers(
        hold, keepalive, other.connectRetry, other.idleHoldMin, other.idleHoldMax, restart);
  }

  public PeerTimers withHold(Duration other) {
    return new PeerTimers(other, keepalive, connectRetry, idleHoldMin, idleHoldMax, restart);
  }

  public PeerTimers withKeepalive(Optional<Duration> other) {
    return new PeerTimers(hold, other, connectRetry, idleHoldMin, idleHoldMax, restart);
  }

  public PeerTimers withConnectRetry(Duration other) {
    return new PeerTimers(hold, keepalive, other, idleHoldMin, idleHoldMax, restart);
  }

  public PeerTimers withRestart(Duration other) {
    return new PeerTimers(hold, keepalive, connectRetry, idleHoldMin, idleHoldMax, other);
  }
}
