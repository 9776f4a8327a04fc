package io.margay.bgp.rib;

import io.margay.foundation.addr.Ip;
import java.util.Optional;

/**
 * How next hops are reached: an immutable value, made from the kernel's routes by the caller. The
 * routes that it answers from must not be those that BGP itself put there, or a next hop could
 * resolve through the route that depends on it.
 */
@FunctionalInterface
public interface NextHops {
  /** Everything is reached, at no cost: for a speaker that programs no routes. */
  NextHops ALL = _ -> new Resolution.Reached(0, Optional.empty());

  /** How this next hop is reached. Fast, and the same answer each time. */
  Resolution resolve(Ip nextHop);

  /** The answer. */
  sealed interface Resolution {
    /** Nothing leads there: paths with this next hop are not used. */
    Resolution UNREACHABLE = new Unreachable();

    /**
     * Some route leads there.
     *
     * @param cost IGP cost, smaller is better
     * @param interfaceName the interface, for rules that ask for it
     */
    record Reached(long cost, Optional<String> interfaceName) implements Resolution {}

    /** No route leads there. */
    record Unreachable() implements Resolution {}
  }
}
