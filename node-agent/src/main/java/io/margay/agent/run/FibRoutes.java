package io.margay.agent.run;

import io.margay.agent.host.AddressNews;
import io.margay.agent.host.PodFlows;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Hands routes to the loop that makes them, and asks it for them. */
final class FibRoutes implements PodFlows.Routes, AddressNews.Routes {
  /** A loop with much to do answers later than this; who asked asks again. */
  private static final Duration FOR_ANSWER = Duration.ofSeconds(1);

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

  @Override
  public Set<FibKey> there(long version, Map<FibKey, FibRoute> routes) throws InterruptedException {
    var answer = new CompletableFuture<Set<FibKey>>();
    fib.tell(r -> answer.complete(there(r, version, routes)));
    try {
      return answer.get(FOR_ANSWER.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Set.of();
    } catch (ExecutionException e) {
      throw new IllegalStateException("routes", e);
    }
  }

  /** One that was told to go may still be in the kernel: it waits for that. */
  private static Set<FibKey> there(
      Reconciler<FibKey, FibRoute> reconciler, long version, Map<FibKey, FibRoute> routes) {
    var there = new HashSet<>(routes.keySet());
    there.removeAll(reconciler.missing(routes));
    there.removeIf(
        key -> !(reconciler.reached(version, Set.of(key)) instanceof Reached.Yes<FibKey>));
    return there;
  }
}
