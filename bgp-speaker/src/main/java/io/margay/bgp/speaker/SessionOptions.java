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
 * @param sendHold how long the peer may leave unread what it is sent; empty for the greater of
 *     eight minutes and twice the hold time (RFC 9687)
 */
public record SessionOptions(
    Optional<Role> role, boolean strictRole, boolean extendedNextHop, Optional<Duration> sendHold) {
  /** Nothing of it. */
  public static final SessionOptions NONE =
      new SessionOptions(Optional.empty(), false, false, Optional.empty());

  public SessionOptions withRole(Role other, boolean strict) {
    return new SessionOptions(Optional.of(other), strict, extendedNextHop, sendHold);
  }

  public SessionOptions withExtendedNextHop(boolean other) {
    return new SessionOptions(role, strictRole, other, sendHold);
  }

  public SessionOptions withSendHold(Duration other) {
    return new SessionOptions(role, strictRole, extendedNextHop, Optional.of(other));
  }
}
