package io.margay.agent.run;

import io.margay.agent.host.PodFlows;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hands routes to the loop that makes them; a plan without other routes costs it nothing. */
final class FibRoutes implements PodFlows.Routes {
  private final ReconcileLoop<FibKey, FibRoute> fib;

  /** What the last plan wanted, while nothing else is wanted. */
  private Optional<Map<FibKey, FibRoute>> last = Optional.empty();

  FibRoutes(ReconcileLoop<FibKey, FibRoute> fib) {
    this.fib = fib;
  }

  @Override
  public void want(long version, Map<FibKey, FibRoute> all) {
    if (last.filter(all::equals).isPresent()) {
      fib.tell(r -> r.change(version, Map.of(), Set.of()));
    } else {
      last = Optional.of(all);
      fib.tell(r -> r.want(version, all));
    }
  }

  @Override
  public void add(long version, Map<FibKey, FibRoute> more) {
    last = Optional.empty(); // what is wanted now is no plan's: the next one is told whole
    fib.tell(r -> r.change(version, more, Set.of()));
  }

  @Override
  public void await(long version, Set<FibKey> keys, Duration limit) throws InterruptedException {
    fib.await(version, keys, limit);
  }
}
