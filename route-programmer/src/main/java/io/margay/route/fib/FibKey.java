package io.margay.route.fib;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where a route stands: the kernel uses one route for each.
 *
 * @param metric lower is preferred; IPv6 has no 0 and takes it for 1024, and so does this
 */
public record FibKey(int table, Prefix destination, int metric) implements Comparable<FibKey> {
  /** What IPv6 makes of metric 0 ({@code IP6_RT_PRIO_USER}). */
  private static final int IPV6_DEFAULT_METRIC = 1024;

  public FibKey {
    if (metric == 0 && destination.family() == Family.IPV6) {
      metric = IPV6_DEFAULT_METRIC;
    }
  }

  /** In the main table without a metric. */
  public static FibKey main(Prefix destination) {
    return new FibKey(RouteEntry.TABLE_MAIN, destination, 0);
  }

  /** In the main table. */
  public static FibKey main(Prefix destination, int metric) {
    return new FibKey(RouteEntry.TABLE_MAIN, destination, metric);
  }

  /** Where a route of the kernel stands. */
  public static FibKey of(RouteEntry route) {
    return new FibKey(route.table(), route.destination(), route.metric());
  }

  @Override
  public int compareTo(FibKey other) {
    int order = destination.compareTo(other.destination);
    if (order == 0) {
      order = Integer.compareUnsigned(table, other.table);
    }
    return order != 0 ? order : Integer.compareUnsigned(metric, other.metric);
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FibKey key
        && key.table == table
        && key.metric == metric
        && key.destination.equals(destination);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * destination.hashCode() + table) + metric;
  }

  @Override
  public String toString() {
    return destination
        + (table == RouteEntry.TABLE_MAIN ? "" : " table " + Integer.toUnsignedString(table))
        + (metric == 0 ? "" : " metric " + Integer.toUnsignedString(metric));
  }
}
