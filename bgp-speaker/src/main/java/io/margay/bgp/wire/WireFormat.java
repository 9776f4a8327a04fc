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
 * @param extendedNextHop IPv4 routes may have IPv6 next hops (RFC 8950)
 * @param idsIn families whose prefixes come with path identifiers (RFC 7911)
 * @param idsOut families whose prefixes are sent with them
 */
public record WireFormat(
    boolean as4,
    boolean internal,
    Set<Family> families,
    int maxLength,
    boolean extendedNextHop,
    Set<Family> idsIn,
    Set<Family> idsOut) {
  public WireFormat {
    families = Set.copyOf(families);
    idsIn = Set.copyOf(idsIn);
    idsOut = Set.copyOf(idsOut);
  }

  /** Without path identifiers. */
  public WireFormat(
      boolean as4, boolean internal, Set<Family> families, int maxLength, boolean extendedNextHop) {
    this(as4, internal, families, maxLength, extendedNextHop, Set.of(), Set.of());
  }

  /** With next hops of each family's own. */
  public WireFormat(boolean as4, boolean internal, Set<Family> families, int maxLength) {
    this(as4, internal, families, maxLength, false);
  }

  /** What holds before an OPEN was answered. */
  public static final WireFormat NONE =
      new WireFormat(false, false, Set.of(), BgpMessage.MAX_LENGTH);

  /** What comes of the family has path identifiers. */
  boolean hasIds(Family family) {
    return idsIn.contains(family);
  }
}
