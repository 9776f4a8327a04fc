package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * An UPDATE as it takes effect: what a fault costs is carried out already. Withdrawals come before
 * announcements.
 *
 * @param announced one for the classic fields, one for MP_REACH_NLRI
 * @param endOfRib the family whose table is complete (RFC 4724, 2)
 * @param faults all that was wrong and did not end the session, for log and counters
 */
public record DecodedUpdate(
    List<Prefix> withdrawn,
    List<Announcement> announced,
    Optional<Family> endOfRib,
    List<Fault> faults)
    implements BgpMessage {
  /** An UPDATE without any effect. */
  public static final DecodedUpdate NOTHING =
      new DecodedUpdate(List.of(), List.of(), Optional.empty(), List.of());
}
