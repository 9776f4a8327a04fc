package io.margay.agent.metric;

import io.margay.foundation.reconcile.ReconcileStatus;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What each reconciler shows: how much it wants, what waits, what fails, what others broke. */
public final class LoopMetrics {
  private LoopMetrics() {}

  /**
   * Binds one loop.
   *
   * @param loop {@code fib}, {@code tunnel} or {@code policy}
   */
  public static <K> void bind(
      Registry registry, String loop, Supplier<Optional<ReconcileStatus<K>>> status) {
    gauge(registry, loop, status, "desired", "Items that should be there.", s -> s.desired());
    gauge(
        registry,
        loop,
        status,
        "pending",
        "Items that wait for their turn; worry when it stays above 0.",
        s -> s.pending());
    gauge(
        registry,
        loop,
        status,
        "failing",
        "Items that the kernel refuses; worry when it is not 0 for a minute.",
        s -> s.failing().size());
    gauge(
        registry,
        loop,
        status,
        "held_removals",
        "Items that go when the hold ends.",
        s -> s.heldRemovals());
    counter(registry, loop, status, "resyncs", "Full reads of the kernel.", s -> s.resyncs());
    counter(
        registry,
        loop,
        status,
        "repaired",
        "Items that something else had changed; worry when it keeps growing.",
        s -> s.repaired());
    counter(registry, loop, status, "applied", "Changes that the kernel took.", s -> s.applied());
  }

  private static <K> void gauge(
      Registry registry,
      String loop,
      Supplier<Optional<ReconcileStatus<K>>> status,
      String what,
      String help,
      ToDoubleFunction<ReconcileStatus<K>> value) {
    registry.gauge(
        "margay_reconcile_" + what,
        help,
        () -> status.get().map(value::applyAsDouble).orElse(0.0),
        "loop",
        loop);
  }

  private static <K> void counter(
      Registry registry,
      String loop,
      Supplier<Optional<ReconcileStatus<K>>> status,
      String what,
      String help,
      ToDoubleFunction<ReconcileStatus<K>> value) {
    registry.counter(
        "margay_reconcile_" + what,
        help,
        () -> status.get().map(value::applyAsDouble).orElse(0.0),
        "loop",
        loop);
  }
}
