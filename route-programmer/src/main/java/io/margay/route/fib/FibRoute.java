package io.margay.route.fib;

import io.margay.foundation.addr.Ip;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RouteType;
import java.util.ArrayList;
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
  private final RouteMetrics metrics;
  private final List<FibNextHop> nextHops;
  private final int hash;
  private final boolean routed;

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
   * @param metrics what it says of connections that take it
   * @param nextHops none but for {@link Type#UNICAST}
   */
  public FibRoute(
      Type type,
      int protocol,
      int scope,
      Optional<Ip> preferredSource,
      RouteMetrics metrics,
      List<FibNextHop> nextHops) {
    if ((type == Type.UNICAST) == nextHops.isEmpty()) {
      throw new IllegalArgumentException(type + " with " + nextHops.size() + " next hops");
    }
    this.type = type;
    this.protocol = protocol;
    this.scope = scope;
    this.preferredSource = preferredSource;
    this.metrics = metrics;
    this.nextHops = canonical(nextHops);
    this.hash = hash();
    this.routed = hasGateway(this.nextHops);
  }

  /** A route to these next hops. */
  public static FibRoute unicast(int protocol, FibNextHop... nextHops) {
    return unicast(protocol, List.of(nextHops));
  }

  /** A route to these next hops. */
  public static FibRoute unicast(int protocol, List<FibNextHop> nextHops) {
    return new FibRoute(
        Type.UNICAST, protocol, scopeOf(nextHops), Optional.empty(), RouteMetrics.NONE, nextHops);
  }

  /** A route that ends here, of any type but UNICAST. */
  public static FibRoute deadEnd(Type type, int protocol) {
    return new FibRoute(
        type, protocol, RouteEntry.UNIVERSE, Optional.empty(), RouteMetrics.NONE, List.of());
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

  public RouteMetrics metrics() {
    return metrics;
  }

  public List<FibNextHop> nextHops() {
    return nextHops;
  }

  /** Whether a gateway is on the way, whose own route has to be there first. */
  public boolean isRouted() {
    return routed;
  }

  /** The same route with this to say of connections. */
  public FibRoute withMetrics(RouteMetrics said) {
    return new FibRoute(type, protocol, scope, preferredSource, said, nextHops);
  }

  /** The same route, from this address of ours. */
  public FibRoute withSource(Ip source) {
    return new FibRoute(type, protocol, scope, Optional.of(source), metrics, nextHops);
  }

  /**
   * What is left when these of its next hops are gone, whatever weights they have: of a single one
   * none is told.
   *
   * @return empty when not all of them are its own, or none would be left
   */
  public Optional<FibRoute> without(List<FibNextHop> gone) {
    var left = new ArrayList<>(nextHops);
    for (FibNextHop hop : gone) {
      if (!left.removeIf(hop::isSameWay)) {
        return Optional.empty();
      }
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(new FibRoute(type, protocol, scope, preferredSource, metrics, left));
  }

  /** The scope that a route to these hops has when nobody asks for another one. */
  static int scopeOf(List<FibNextHop> hops) {
    return hops.isEmpty() || hasGateway(hops) ? RouteEntry.UNIVERSE : RouteEntry.LINK;
  }

  private static boolean hasGateway(List<FibNextHop> hops) {
    for (int i = 0; i < hops.size(); i++) {
      if (hops.get(i).gateway().isPresent()) {
        return true;
      }
    }
    return false;
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
        && sameMetrics(route.metrics, metrics)
        && route.preferredSource.equals(preferredSource)
        && sameHops(route.nextHops, nextHops);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private int hash() {
    int h = 31 * (31 * type.kernel().number() + protocol) + scope;
    h = 31 * (31 * (31 * h + metrics.mtu()) + metrics.advmss()) + preferredSource.hashCode();
    for (FibNextHop hop : nextHops) {
      h = 31 * h + hop.hashCode();
    }
    return h;
  }

  // Not the record's own comparison, which C1 does not inline: docs/decisions/0100.
  private static boolean sameMetrics(RouteMetrics a, RouteMetrics b) {
    return a.mtu() == b.mtu() && a.advmss() == b.advmss();
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
        + metrics;
  }
}
