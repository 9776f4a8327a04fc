package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A route as the kernel holds it.
 *
 * @param metric {@code RTA_PRIORITY}; IPv6 shows 1024 for a route that was made with 0
 * @param protocol who made it ({@code /etc/iproute2/rt_protos})
 * @param scope {@link #UNIVERSE}, {@link #LINK}, ...; IPv6 ignores it
 * @param tos type of service, 0 in all but odd IPv4 routes
 * @param metrics what it says of connections; not its metric
 * @param flags {@code RTM_F_*} and, for a single next hop, nothing else
 * @param nextHops none for blackhole and the like, more than one for multipath
 */
public record RouteEntry(
    int table,
    Prefix destination,
    int metric,
    RouteType type,
    int protocol,
    int scope,
    int tos,
    Optional<Ip> preferredSource,
    RouteMetrics metrics,
    int flags,
    List<NextHop> nextHops) {
  public static final int TABLE_MAIN = 254;
  public static final int TABLE_LOCAL = 255;

  public static final int UNIVERSE = 0;
  public static final int LINK = 253;
  public static final int HOST = 254;

  /** In a deletion: any scope. */
  public static final int NOWHERE = 255;

  /** A cache entry of IPv6, no route that somebody made. */
  public static final int CLONED = 0x200;

  /** So many legs, with an IPv6 gateway each, fit into one attribute. */
  public static final int MAX_NEXT_HOPS = 1024;

  public RouteEntry {
    if (nextHops.size() > MAX_NEXT_HOPS) {
      throw new IllegalArgumentException(
          destination + " has " + nextHops.size() + " next hops, more than " + MAX_NEXT_HOPS);
    }
    nextHops = List.copyOf(nextHops);
  }

  /** A plain unicast route in the main table: scope link without a gateway, else universe. */
  public static RouteEntry unicast(Prefix destination, int protocol, NextHop... nextHops) {
    boolean routed = List.of(nextHops).stream().anyMatch(hop -> hop.gateway().isPresent());
    return new RouteEntry(
        TABLE_MAIN,
        destination,
        0,
        RouteType.UNICAST,
        protocol,
        routed ? UNIVERSE : LINK,
        0,
        Optional.empty(),
        RouteMetrics.NONE,
        0,
        List.of(nextHops));
  }

  public boolean isCloned() {
    return (flags & CLONED) != 0;
  }

  /** As ip-route(8) would write it, with indexes in place of device names. */
  @Override
  public String toString() {
    return (type == RouteType.UNICAST ? "" : type + " ")
        + destination
        + nextHops.stream()
            .map(hop -> (nextHops.size() > 1 ? " nexthop " : " ") + hop)
            .collect(Collectors.joining())
        + (table == TABLE_MAIN ? "" : " table " + table)
        + " proto "
        + protocol
        + (metric == 0 ? "" : " metric " + Integer.toUnsignedString(metric))
        + preferredSource.map(src -> " src " + src).orElse("")
        + metrics;
  }
}
