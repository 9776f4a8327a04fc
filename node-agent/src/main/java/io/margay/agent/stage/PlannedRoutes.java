package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.util.Map;

/**
 * All routes that this node should have, for views.
 *
 * @param causes what asked for each route
 * @param left destinations without a route for now, and why
 */
public record PlannedRoutes(
    Map<FibKey, FibRoute> wanted, Map<FibKey, RouteCause> causes, Map<Prefix, Missing> left) {}
