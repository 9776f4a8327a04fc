package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import java.util.Set;

/**
 * What two speakers agreed on, as far as it shapes UPDATEs.
 *
 * @param as4 AS numbers have four bytes (RFC 6793)
 * @param internal the peer is of the own AS
 * @param families what is exchanged; others are skipped
 * @param maxLength longest message
 */
public record WireFormat(boolean as4, boolean internal, Set<Family> families, int maxLength) {
  public WireFormat {
    families = Set.copyOf(families);
  }

  /** What holds before an OPEN was answered. */
  public static final WireFormat NONE =
      new WireFormat(false, false, Set.of(), BgpMessage.MAX_LENGTH);
}
