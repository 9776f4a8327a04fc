package io.margay.route.fib;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One way on.
 *
 * @param interfaceName the device; always said, since the kernel shows the one that it chose and
 *     the two would differ
 * @param gateway the router, empty for a destination that is on the device itself
 * @param onlink the gateway is reachable there whatever the addresses of the device say
 * @param weight 1 to 256 among the hops of one route
 */
public record FibNextHop(String interfaceName, Optional<Ip> gateway, boolean onlink, int weight)
    implements Comparable<FibNextHop> {
  private static final Comparator<FibNextHop> ORDER =
      Comparator.comparing((FibNextHop hop) -> hop.gateway.isPresent())
          .thenComparing((FibNextHop hop) -> hop.gateway.orElse(Ip4.ANY))
          .thenComparing(FibNextHop::interfaceName)
          .thenComparing(hop -> hop.onlink)
          .thenComparingInt(FibNextHop::weight);

  public FibNextHop {
    if (interfaceName.isEmpty() || weight < 1 || weight > 256) {
      throw new IllegalArgumentException(
          "next hop \""
              + interfaceName
              + "\" with weight "
              + weight
              + ": not 1 to 256, or no name");
    }
  }

  /** The device itself. */
  public static FibNextHop device(String interfaceName) {
    return new FibNextHop(interfaceName, Optional.empty(), false, 1);
  }

  /** A router that a connected route of the device covers. */
  public static FibNextHop via(Ip gateway, String interfaceName) {
    return new FibNextHop(interfaceName, Optional.of(gateway), false, 1);
  }

  /** A router of which only we know that it is behind the device: tunnels. */
  public static FibNextHop onlink(Ip gateway, String interfaceName) {
    return new FibNextHop(interfaceName, Optional.of(gateway), true, 1);
  }

  /** Whether it leads the same way, with whatever weight. */
  boolean isSameWay(FibNextHop other) {
    return other.onlink == onlink
        && other.gateway.equals(gateway)
        && other.interfaceName.equals(interfaceName);
  }

  @Override
  public int compareTo(FibNextHop other) {
    return ORDER.compare(this, other);
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FibNextHop hop
        && hop.onlink == onlink
        && hop.weight == weight
        && hop.gateway.equals(gateway)
        && hop.interfaceName.equals(interfaceName);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * interfaceName.hashCode() + gateway.hashCode()) + weight)
        + (onlink ? 1 : 0);
  }

  @Override
  public String toString() {
    return gateway.map(g -> "via " + g + " ").orElse("")
        + "dev "
        + interfaceName
        + (onlink ? " onlink" : "")
        + (weight == 1 ? "" : " weight " + weight);
  }
}
