package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;

/**
 * ROUTE-REFRESH (RFC 2918; subtypes of RFC 7313).
 *
 * @param subtype 0 asks for the routes; 1 and 2 mark begin and end of an enhanced refresh
 */
public record RouteRefreshMessage(int afi, int subtype, int safi) implements BgpMessage {
  public static final int REQUEST = 0;
  public static final int BEGIN = 1;
  public static final int END = 2;

  /** Marks the begin of a family's refresh (RFC 7313, 4). */
  public static RouteRefreshMessage begin(Family family) {
    return new RouteRefreshMessage(family.afi(), BEGIN, Capability.SAFI_UNICAST);
  }

  /** Marks its end. */
  public static RouteRefreshMessage end(Family family) {
    return new RouteRefreshMessage(family.afi(), END, Capability.SAFI_UNICAST);
  }
}
