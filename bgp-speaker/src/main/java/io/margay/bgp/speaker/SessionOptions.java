package io.margay.bgp.speaker;

import io.margay.bgp.attr.Role;
import java.time.Duration;
import java.util.Optional;

/**
 * What a session may have beyond the common; a change resets it.
 *
 * @param role what this side is to a peer of another AS (RFC 9234)
 * @param strictRole a peer without a role is refused
 * @param extendedNextHop IPv4 routes may have IPv6 next hops (RFC 8950)
 * @param addPath whether several paths to a prefix are exchanged (RFC 7911)
 * @param mostPaths how many of the best ones are sent; at least 1
 * @param sendHold how long the peer may leave unread what it is sent; empty for the greater of
 *     eight minutes and twice the hold time (RFC 9687)
 * @param longLived how long the peer may keep our routes behind the restart time, as the last
 *     choice (RFC 9494); zero for not at all. What a peer asks for is kept for it in any case
 * @param delayOpen how long the peer's OPEN may come first (RFC 4271, 8.1.1); zero for not at all
 */
public record SessionOptions(
    Optional<Role> role,
    boolean strictRole,
    boolean extendedNextHop,
    AddPath addPath,
    int mostPaths,
    Optional<Duration> sendHold,
    Duration longLived,
    Duration delayOpen) {
  /** As many paths as there are. */
  public static final int ALL_PATHS = Integer.MAX_VALUE;

  /** Longest {@link #longLived}: 24 bits of seconds (RFC 9494, 3.1). */
  public static final Duration MOST_LONG_LIVED = Duration.ofSeconds(0xff_ffff);

  /** Nothing of it. */
  public static final SessionOptions NONE =
      new SessionOptions(
          Optional.empty(),
          false,
          false,
          AddPath.NONE,
          ALL_PATHS,
          Optional.empty(),
          Duration.ZERO,
          Duration.ZERO);

  public SessionOptions {
    if (mostPaths < 1) {
      throw new IllegalArgumentException("mostPaths is " + mostPaths + "; at least 1");
    }
    if (longLived.isNegative() || longLived.compareTo(MOST_LONG_LIVED) > 0) {
      throw new IllegalArgumentException(
          "long-lived stale time of " + longLived.toSeconds() + " s; 0 to 16777215 s");
    }
  }

  public SessionOptions withRole(Role other, boolean strict) {
    return new SessionOptions(
        Optional.of(other),
        strict,
        extendedNextHop,
        addPath,
        mostPaths,
        sendHold,
        longLived,
        delayOpen);
  }

  public SessionOptions withExtendedNextHop(boolean other) {
    return new SessionOptions(
        role, strictRole, other, addPath, mostPaths, sendHold, longLived, delayOpen);
  }

  public SessionOptions withAddPath(AddPath other, int most) {
    return new SessionOptions(
        role, strictRole, extendedNextHop, other, most, sendHold, longLived, delayOpen);
  }

  public SessionOptions withSendHold(Duration other) {
    return new SessionOptions(
        role,
        strictRole,
        extendedNextHop,
        addPath,
        mostPaths,
        Optional.of(other),
        longLived,
        delayOpen);
  }

  public SessionOptions withLongLived(Duration other) {
    return new SessionOptions(
        role, strictRole, extendedNextHop, addPath, mostPaths, sendHold, other, delayOpen);
  }

  public SessionOptions withDelayOpen(Duration other) {
    return new SessionOptions(
        role, strictRole, extendedNextHop, addPath, mostPaths, sendHold, longLived, other);
  }
}
