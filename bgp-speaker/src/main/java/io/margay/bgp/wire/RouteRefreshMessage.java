package io.margay.bgp.wire;

/**
 * ROUTE-REFRESH (RFC 2918; subtypes of RFC 7313).
 *
 * @param subtype 0 asks for the routes; 1 and 2 mark begin and end of an enhanced refresh
 */
public record RouteRefreshMessage(int afi, int subtype, int safi) implements BgpMessage {
  public static final int REQUEST = 0;
  public static final int BEGIN = 1;
  public static final int END = 2;
}
