package io.margay.agent.run;

import io.margay.agent.host.PodFlows;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Hands routes to the loop that makes them. */
final class FibRoutes implements PodFlows.Routes {
  private final ReconcileLoop<FibKey, FibRoute> fib;

  FibRoutes(ReconcileLoop<FibKey, FibRoute> fib) {
    this.fib = fib;
  }

  @Override
  public void change(long version, Map<FibKey, FibRoute> put, Set<FibKey> remove) {
    fib.tell(r -> r.change(version, put, remove));
  }

  @Override
  public void await(long version, Set<FibKey> keys, Duration limit) throws InterruptedException {
    fib.await(version, keys, limit);
  }
}
