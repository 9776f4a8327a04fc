package io.margay.agent.metric;

import java.util.function.IntSupplier;

/** Routes as Felix counts them. */
public final class RouteMetrics {
  private RouteMetrics() {}

  /**
   * Binds the FIB.
   *
   * @param wanted routes that the kernel should have
   * @param left destinations without a route for now
   */
  public static void bind(Registry registry, IntSupplier wanted, IntSupplier left) {
    registry.gauge(
        "felix_route_table_num_routes",
        "Routes that this node should have; worry when it falls unasked.",
        wanted::getAsInt);
    registry.gauge(
        "margay_route_destinations_left",
        "Destinations that have no route for now; worry when it is not 0 for a minute:"
            + " margayctl routes says why.",
        left::getAsInt);
  }
}
