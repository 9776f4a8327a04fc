package io.margay.route.target;

import io.margay.kernel.rtnl.RouteRequest;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;

/** One request of a batch with what it is for. */
sealed interface Change {
  RouteRequest request();

  /** Makes a route as wanted. */
  record Put(FibKey key, FibRoute route, RouteRequest request) implements Change {
    @Override
    public String toString() {
      return key + " " + route;
    }
  }

  /** Takes a route away. */
  record Removal(FibKey key, RouteRequest request) implements Change {
    @Override
    public String toString() {
      return "removal of " + key;
    }
  }

  /** Takes a further route of the same key away. */
  record Sweep(FibKey key, RouteRequest request) implements Change {}
}
