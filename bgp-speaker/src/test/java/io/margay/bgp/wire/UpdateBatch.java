package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.util.List;

/**
 * Changes for a peer, in the order in which they are sent: withdrawals first.
 *
 * @param withdrawnIds path identifiers of what is withdrawn (RFC 7911): as many, or none
 */
public record UpdateBatch(
    List<Prefix> withdrawn,
    IntList withdrawnIds,
    List<Announcement> announced,
    List<Family> endOfRib) {
  /** Without path identifiers. */
  public UpdateBatch(List<Prefix> withdrawn, List<Announcement> announced, List<Family> endOfRib) {
    this(withdrawn, IntLists.emptyList(), announced, endOfRib);
  }

  public boolean isEmpty() {
    return withdrawn.isEmpty() && announced.isEmpty() && endOfRib.isEmpty();
  }
}
