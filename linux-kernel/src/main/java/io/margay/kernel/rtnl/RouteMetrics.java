package io.margay.kernel.rtnl;

/**
 * What a route says of connections that take it ({@code RTAX_*}).
 *
 * @param mtu 0 when the device's counts
 * @param advmss the segment size that TCP offers its peer, 0 when it comes from the MTU
 */
public record RouteMetrics(int mtu, int advmss) {
  /** Nothing. */
  public static final RouteMetrics NONE = new RouteMetrics(0, 0);

  public RouteMetrics {
    if (mtu < 0 || advmss < 0) {
      throw new IllegalArgumentException("mtu " + mtu + ", advmss " + advmss);
    }
  }

  /** As ip-route(8) would write it, behind a space each. */
  @Override
  public String toString() {
    return (mtu == 0 ? "" : " mtu " + mtu) + (advmss == 0 ? "" : " advmss " + advmss);
  }
}
