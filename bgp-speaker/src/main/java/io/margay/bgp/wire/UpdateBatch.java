package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/** Changes for a peer, in the order in which they are sent: withdrawals first. */
public record UpdateBatch(
    List<Prefix> withdrawn, List<Announcement> announced, List<Family> endOfRib) {
  public boolean isEmpty() {
    return withdrawn.isEmpty() && announced.isEmpty() && endOfRib.isEmpty();
  }
}
