package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Ip;
import java.util.Optional;

/**
 * One way on of a route.
 *
 * @param gateway the router; may be IPv6 under an IPv4 route (RFC 5549)
 * @param interfaceIndex the device, 0 when the kernel is to find it by the gateway
 * @param weight 1 to 256 among the hops of one route
 * @param flags {@code RTNH_F_*}: {@link #ONLINK} is ours to set, the others the kernel's to tell
 */
public record NextHop(Optional<Ip> gateway, int interfaceIndex, int weight, int flags) {
  /** The device is down, the hop is not used. */
  public static final int DEAD = 1;

  /** The gateway counts as directly reachable whatever the addresses of the device say. */
  public static final int ONLINK = 4;

  /** The device has no carrier. */
  public static final int LINKDOWN = 16;

  public NextHop {
    if (weight < 1 || weight > 256) {
      throw new IllegalArgumentException("next-hop weight " + weight + " is not 1 to 256");
    }
  }

  /** A directly connected device. */
  public static NextHop device(int interfaceIndex) {
    return new NextHop(Optional.empty(), interfaceIndex, 1, 0);
  }

  /** A router behind a device. */
  public static NextHop via(Ip gateway, int interfaceIndex) {
    return new NextHop(Optional.of(gateway), interfaceIndex, 1, 0);
  }

  /** A router behind a device that no connected route needs to cover. */
  public static NextHop onlink(Ip gateway, int interfaceIndex) {
    return new NextHop(Optional.of(gateway), interfaceIndex, 1, ONLINK);
  }

  public boolean isOnlink() {
    return (flags & ONLINK) != 0;
  }

  @Override
  public String toString() {
    return gateway.map(g -> "via " + g + " ").orElse("")
        + (interfaceIndex == 0 ? "" : "dev #" + interfaceIndex)
        + (isOnlink() ? " onlink" : "")
        + (weight == 1 ? "" : " weight " + weight);
  }
}
