package io.margay.route.fib;

import io.margay.foundation.addr.Ip;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a {@link FibKey}. Two are equal when the kernel would make no difference: next
 * hops are a set, kept in one order, and a single one has no weight.
 *
 * @param protocol who made it; see {@link Ownership}
 * @param scope {@link RouteEntry#LINK} without a gateway, else {@link RouteEntry#UNIVERSE}; another
 *     one only in what is found in the kernel
 * @param preferredSource the address that our own packets carry
 * @param mtu 0 when the device's counts
 * @param nextHops none but for {@link Type#UNICAST}
 */
public record FibRoute(
    Type type,
    int protocol,
    int scope,
    Optional<Ip> preferredSource,
    int mtu,
    List<FibNextHop> nextHops) {

  /** What happens to a packet. */
  public enum Type {
    UNICAST(RouteType.UNICAST),
    /** Dropped without a word. */
    BLACKHOLE(RouteType.BLACKHOLE),
    /** Answered by "host unreachable". */
    UNREACHABLE(RouteType.UNREACHABLE),
    /** Answered by "administratively prohibited". */
    PROHIBIT(RouteType.PROHIBIT);

    private final RouteType kernel;

    Type(RouteType kernel) {
      this.kernel = kernel;
    }

    RouteType kernel() {
      return kernel;
    }

    /** Empty for the types that we never make. */
    static Optional<Type> of(RouteType kernel) {
      return switch (kernel) {
        case UNICAST -> Optional.of(UNICAST);
        case BLACKHOLE -> Optional.of(BLACKHOLE);
        case UNREACHABLE -> Optional.of(UNREACHABLE);
        case PROHIBIT -> Optional.of(PROHIBIT);
        default -> Optional.empty();
      };
    }
  }

  public FibRoute {
    if ((type == Type.UNICAST) == nextHops.isEmpty()) {
      throw new IllegalArgumentException(type + " with " + nextHops.size() + " next hops");
    }
    nextHops = canonical(nextHops);
  }

  /** A route to these next hops. */
  public static FibRoute unicast(int protocol, FibNextHop... nextHops) {
    return unicast(protocol, List.of(nextHops));
  }

  /** A route to these next hops. */
  public static FibRoute unicast(int protocol, List<FibNextHop> nextHops) {
    return new FibRoute(Type.UNICAST, protocol, scopeOf(nextHops), Optional.empty(), 0, nextHops);
  }

  /** A route that ends here, of any type but UNICAST. */
  public static FibRoute deadEnd(Type type, int protocol) {
    return new FibRoute(type, protocol, RouteEntry.UNIVERSE, Optional.empty(), 0, List.of());
  }

  /** The same route with another MTU; 0 for the device's. */
  public FibRoute withMtu(int newMtu) {
    return new FibRoute(type, protocol, scope, preferredSource, newMtu, nextHops);
  }

  /** The same route, from this address of ours. */
  public FibRoute withSource(Ip source) {
    return new FibRoute(type, protocol, scope, Optional.of(source), mtu, nextHops);
  }

  /** The scope that a route to these hops has when nobody asks for another one. */
  static int scopeOf(List<FibNextHop> hops) {
    for (FibNextHop hop : hops) {
      if (hop.gateway().isPresent()) {
        return RouteEntry.UNIVERSE;
      }
    }
    return hops.isEmpty() ? RouteEntry.UNIVERSE : RouteEntry.LINK;
  }

  private static List<FibNextHop> canonical(List<FibNextHop> hops) {
    return switch (hops.size()) {
      case 0 -> List.of();
      case 1 -> {
        FibNextHop hop = hops.getFirst();
        yield List.of(
            hop.weight() == 1
                ? hop
                : new FibNextHop(hop.interfaceName(), hop.gateway(), hop.onlink(), 1));
      }
      default -> hops.stream().sorted().toList();
    };
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FibRoute route
        && route.type == type
        && route.protocol == protocol
        && route.scope == scope
        && route.mtu == mtu
        && route.nextHops.equals(nextHops)
        && route.preferredSource.equals(preferredSource);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type.hashCode() + protocol) + nextHops.hashCode();
  }

  /** As ip-route(8) would write it, without the destination. */
  @Override
  public String toString() {
    return (type == Type.UNICAST ? "" : type.kernel() + " ")
        + nextHops.stream()
            .map(hop -> (nextHops.size() > 1 ? "nexthop " : "") + hop + " ")
            .collect(Collectors.joining())
        + "proto "
        + protocol
        + preferredSource.map(src -> " src " + src).orElse("")
        + (mtu == 0 ? "" : " mtu " + mtu);
  }
}
