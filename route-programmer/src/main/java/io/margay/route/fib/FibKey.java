package io.margay.route.fib;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where a route stands: the kernel uses one route for each. A value, as a record would be. Its hash
 * is kept, and the destination without objects of its own: tables of a hundred thousand keys ask
 * for both again and again, and each object further is a wait for memory.
 */
public final class FibKey implements Comparable<FibKey> {
  /** What IPv6 makes of metric 0 ({@code IP6_RT_PRIO_USER}). */
  private static final int IPV6_DEFAULT_METRIC = 1024;

  private static final long LOW_32 = 0xffffffffL;

  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

  private final long high;
  private final long low;
  private final int table;
  private final int metric;
  private final int hash;
  private final byte length;
  private final boolean isIpv4;

  /**
   * @param metric lower is preferred; IPv6 has no 0 and takes it for 1024, and so does this
   */
  public FibKey(int table, Prefix destination, int metric) {
    boolean isDefault = metric == 0 && destination.family() == Family.IPV6;
    switch (destination.address()) {
      case Ip4 four -> {
        this.isIpv4 = true;
        this.high = 0;
        this.low = four.bits() & LOW_32;
      }
      case Ip6 six -> {
        this.isIpv4 = false;
        this.high = six.high();
        this.low = six.low();
      }
    }
    this.length = (byte) destination.length();
    this.table = table;
    this.metric = isDefault ? IPV6_DEFAULT_METRIC : metric;
    this.hash = mix(31 * (31 * high + low) + length + GOLDEN_RATIO * (31L * table + this.metric));
  }

  /**
   * Makes a hash by whose order neighbours are far from each other, with the last steps of
   * MurmurHash3: routes come out of tables in that order, and the kernel's tree takes them faster
   * so than in one that has runs of neighbours.
   */
  private static int mix(long value) {
    int h = Long.hashCode(value);
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return h ^ h >>> 16;
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

  /** The network, made anew each time. */
  public Prefix destination() {
    return new Prefix(isIpv4 ? new Ip4((int) low) : new Ip6(high, low), length());
  }

  /** Whether {@link #destination} is IPv4. */
  public boolean isIpv4() {
    return isIpv4;
  }

  /** The upper half of its address; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** The lower half of its address; an IPv4 one as an unsigned number. */
  public long low() {
    return low;
  }

  /** Its prefix length. */
  public int length() {
    return length & 0xff;
  }

  public int metric() {
    return metric;
  }

  /** By destination, as {@link Prefix} has it, then table, then metric. */
  @Override
  public int compareTo(FibKey other) {
    int order = Boolean.compare(other.isIpv4, isIpv4);
    if (order == 0) {
      order = Long.compareUnsigned(high, other.high);
    }
    if (order == 0) {
      order = Long.compareUnsigned(low, other.low);
    }
    if (order == 0) {
      order = Integer.compare(length(), other.length());
    }
    if (order == 0) {
      order = Integer.compareUnsigned(table, other.table);
    }
    return order != 0 ? order : Integer.compareUnsigned(metric, other.metric);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FibKey key
        && key.hash == hash
        && key.low == low
        && key.high == high
        && key.length == length
        && key.isIpv4 == isIpv4
        && key.table == table
        && key.metric == metric;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return destination()
        + (table == RouteEntry.TABLE_MAIN ? "" : " table " + Integer.toUnsignedString(table))
        + (metric == 0 ? "" : " metric " + Integer.toUnsignedString(metric));
  }
}
