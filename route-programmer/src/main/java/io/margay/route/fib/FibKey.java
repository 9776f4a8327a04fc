package io.margay.route.fib;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where a route stands: the kernel uses one route for each. A value, as a record would be; its hash
 * is kept, because tables of a hundred thousand keys ask for it again and again.
 */
public final class FibKey implements Comparable<FibKey> {
  /** What IPv6 makes of metric 0 ({@code IP6_RT_PRIO_USER}). */
  private static final int IPV6_DEFAULT_METRIC = 1024;

  private final int table;
  private final Prefix destination;
  private final int metric;
  private final int hash;

  /**
   * @param metric lower is preferred; IPv6 has no 0 and takes it for 1024, and so does this
   */
  public FibKey(int table, Prefix destination, int metric) {
    boolean isDefault = metric == 0 && destination.family() == Family.IPV6;
    this.table = table;
    this.destination = destination;
    this.metric = isDefault ? IPV6_DEFAULT_METRIC : metric;
    this.hash = 31 * (31 * destination.hashCode() + table) + this.metric;
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

  public int table() {
    return table;
  }

  public Prefix destination() {
    return destination;
  }

  public int metric() {
    return metric;
  }

  @Override
  public int compareTo(FibKey other) {
    int order = destination.compareTo(other.destination);
    if (order == 0) {
      order = Integer.compareUnsigned(table, other.table);
    }
    return order != 0 ? order : Integer.compareUnsigned(metric, other.metric);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FibKey key
        && key.hash == hash
        && key.table == table
        && key.metric == metric
        && key.destination.equals(destination);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return destination
        + (table == RouteEntry.TABLE_MAIN ? "" : " table " + Integer.toUnsignedString(table))
        + (metric == 0 ? "" : " metric " + Integer.toUnsignedString(metric));
  }
}
