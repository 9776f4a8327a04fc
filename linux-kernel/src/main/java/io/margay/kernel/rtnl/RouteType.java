package io.margay.kernel.rtnl;

import java.util.Locale;

/** What a route does with a packet, as {@code rtm_type} numbers it. */
public enum RouteType {
  UNSPECIFIED(0),
  UNICAST(1),
  LOCAL(2),
  BROADCAST(3),
  ANYCAST(4),
  MULTICAST(5),
  BLACKHOLE(6),
  UNREACHABLE(7),
  PROHIBIT(8),
  THROW(9),
  NAT(10),
  RESOLVE(11);

  private static final RouteType[] KNOWN = values();

  private final int number;

  RouteType(int number) {
    this.number = number;
  }

  /** The type of a number; {@link #UNSPECIFIED} for one that is not known. */
  public static RouteType of(int number) {
    return number < KNOWN.length ? KNOWN[number] : UNSPECIFIED;
  }

  public int number() {
    return number;
  }

  /** True for those that name no way on: IPv6 shows them on {@code lo}, IPv4 on no device. */
  public boolean isDeadEnd() {
    return this == BLACKHOLE || this == UNREACHABLE || this == PROHIBIT || this == THROW;
  }

  /** As ip-route(8) writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
