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
 * hops are a set, kept in one order, and a single one has no weight. A value, as a record would be;
 * its hash is kept, so that two that differ are told apart at once.
 */
public final class FibRoute {
  private final Type type;
  private final int protocol;
  private final int scope;
  private final Optional<Ip> preferredSource;
  private final int mtu;
  private final List<FibNextHop> nextHops;
  private final int hash;

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

  /**
   * @param protocol who made it; see {@link Ownership}
   * @param scope {@link RouteEntry#LINK} without a gateway, else {@link RouteEntry#UNIVERSE};
   *     another one only in what is found in the kernel
   * @param preferredSource the address that our own packets carry
   * @param mtu 0 when the device's counts
   * @param nextHops none but for {@link Type#UNICAST}
   */
  public FibRoute(
      Type type,
      int protocol,
      int scope,
      Optional<Ip> preferredSource,
      int mtu,
      List<FibNextHop> nextHops) {
    if ((type == Type.UNICAST) == nextHops.isEmpty()) {
      throw new IllegalArgumentException(type + " with " + nextHops.size() + " next hops");
    }
    this.type = type;
    this.protocol = protocol;
    this.scope = scope;
    this.preferredSource = preferredSource;
    this.mtu = mtu;
    this.nextHops = canonical(nextHops);
    this.hash = hash();
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

  public Type type() {
    return type;
  }

  public int protocol() {
    return protocol;
  }

  public int scope() {
    return scope;
  }

  public Optional<Ip> preferredSource() {
    return preferredSource;
  }

  public int mtu() {
    return mtu;
  }

  public List<FibNextHop> nextHops() {
    return nextHops;
  }

  /** Whether a gateway is on the way, whose own route has to be there first. */
  public boolean isRouted() {
    for (int i = 0; i < nextHops.size(); i++) {
      if (nextHops.get(i).gateway().isPresent()) {
        return true;
      }
    }
    return false;
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

  @Override
  public boolean equals(@Nullable Object other) {
    if (other == this) {
      return true;
    }
    return other instanceof FibRoute route
        && route.hash == hash
        && route.type == type
        && route.protocol == protocol
        && route.scope == scope
        && route.mtu == mtu
        && route.preferredSource.equals(preferredSource)
        && sameHops(route.nextHops, nextHops);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private int hash() {
    int h = 31 * (31 * type.kernel().number() + protocol) + scope;
    h = 31 * (31 * h + mtu) + preferredSource.hashCode();
    for (FibNextHop hop : nextHops) {
      h = 31 * h + hop.hashCode();
    }
    return h;
  }

  /** Without iterators, which a list's own comparison makes. */
  private static boolean sameHops(List<FibNextHop> a, List<FibNextHop> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).equals(b.get(i))) {
        return false;
      }
    }
    return true;
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
