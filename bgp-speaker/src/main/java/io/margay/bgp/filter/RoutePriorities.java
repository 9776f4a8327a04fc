package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import java.util.OptionalLong;

/**
 * Calico's route priorities (kernel metrics) and how they travel in LOCAL_PREF: each is {@code
 * 2147483647} minus the other. A smaller priority is the better one.
 *
 * @param ipv4 priority of an ordinary route, BGPConfiguration ipv4NormalRoutePriority
 * @param ipv6 priority of an ordinary route, BGPConfiguration ipv6NormalRoutePriority
 */
public record RoutePriorities(long ipv4, long ipv6) {
  /** Calico's defaults. */
  public static final RoutePriorities DEFAULT = new RoutePriorities(1024, 1024);

  private static final long SUM = 2147483647L;

  /** Priority of an ordinary route of the family. */
  public long normal(Family family) {
    return switch (family) {
      case IPV4 -> ipv4;
      case IPV6 -> ipv6;
    };
  }

  /** LOCAL_PREF that says this priority; the other way round, the priority of a LOCAL_PREF. */
  public static long localPref(long priority) {
    return SUM - priority;
  }

  /**
   * Priority of a route: what its LOCAL_PREF says when it was learned, else the kernel's metric,
   * else the normal one.
   */
  public long of(Family family, Attributes attributes, boolean learned, OptionalLong metric) {
    return learned ? SUM - attributes.effectiveLocalPref() : metric.orElse(normal(family));
  }

  /** True for a route that says that it is better than an ordinary one (live migration). */
  public boolean isElevated(Family family, Attributes attributes) {
    return attributes.localPref().isPresent()
        && isElevated(family, attributes.localPref().getAsLong());
  }

  /** The same of a LOCAL_PREF that the route has. */
  public boolean isElevated(Family family, long localPref) {
    return localPref > SUM - normal(family);
  }
}
