package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.List;
import java.util.Optional;

/**
 * An UPDATE as it takes effect: what a fault costs is carried out already. Withdrawals come before
 * announcements.
 *
 * @param withdrawnIds path identifiers of what is withdrawn (RFC 7911): as many, or none
 * @param announced one for the classic fields, one for MP_REACH_NLRI
 * @param endOfRib the family whose table is complete (RFC 4724, 2)
 * @param faults all that was wrong and did not end the session, for log and counters
 * @param faulty the attributes as they came, where something was wrong with them; else nothing
 */
public record DecodedUpdate(
    List<Prefix> withdrawn,
    IntList withdrawnIds,
    List<Announcement> announced,
    Optional<Family> endOfRib,
    List<Fault> faults,
    Octets faulty)
    implements BgpMessage {
  /** An UPDATE without any effect. */
  public static final DecodedUpdate NOTHING =
      new DecodedUpdate(new NlriList(), List.of(), Optional.empty());

  /** Nothing is wrong with it. */
  DecodedUpdate(NlriList withdrawn, List<Announcement> announced, Optional<Family> endOfRib) {
    this(withdrawn.prefixes(), withdrawn.ids(), announced, endOfRib, List.of(), Octets.EMPTY);
  }

  /** The same with what was wrong. */
  DecodedUpdate with(List<Fault> found, Octets attributes) {
    return new DecodedUpdate(withdrawn, withdrawnIds, announced, endOfRib, found, attributes);
  }
}
