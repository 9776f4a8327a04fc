package io.margay.agent.metric;

import io.margay.foundation.reconcile.ReconcileStatus;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What each reconciler shows: how much it wants, what waits, what fails, what others broke. */
public final class ReconcileMetrics {
  private final Registry registry;
  private final String loop;
  private final Supplier<? extends Optional<? extends ReconcileStatus<?>>> status;

  private ReconcileMetrics(
      Registry registry,
      String loop,
      Supplier<? extends Optional<? extends ReconcileStatus<?>>> status) {
    this.registry = registry;
    this.loop = loop;
    this.status = status;
  }

  /**
   * Binds one loop.
   *
   * @param loop {@code fib}, {@code tunnel} or {@code policy}
   * @param status empty before its first turn
   * @param broken whether the last turn broke off
   */
  public static void bind(
      Registry registry,
      String loop,
      Supplier<? extends Optional<? extends ReconcileStatus<?>>> status,
      BooleanSupplier broken) {
    var metrics = new ReconcileMetrics(registry, loop, status);
    registry.gauge(
        "margay_reconcile_broken",
        "1 while the kernel cannot be read or written at all, else 0; worry when it stays 1.",
        () -> broken.getAsBoolean() ? 1 : 0,
        "loop",
        loop);
    metrics.gauges();
    metrics.counters();
  }

  private void gauges() {
    gauge("desired", "Items that should be there; worry when it falls unasked.", s -> s.desired());
    gauge(
        "actual",
        "Items of ours that are there; worry when it stays below what is desired.",
        s -> s.actual());
    gauge(
        "pending",
        "Items that wait for their turn; worry when it stays above 0.",
        s -> s.pending());
    gauge(
        "failing",
        "Items that the kernel refuses; worry when it is not 0 for a minute.",
        s -> s.failing().size());
    gauge(
        "held_removals",
        "Items that go when the hold of the start ends; worry when it is not 0 after ten minutes.",
        s -> s.heldRemovals());
  }

  private void counters() {
    counter(
        "resyncs",
        "Full reads of the kernel; worry when it grows by more than a few a minute.",
        s -> s.resyncs());
    counter(
        "repaired",
        "Items that something else had changed; worry when it keeps growing.",
        s -> s.repaired());
    counter(
        "applied",
        "Changes that the kernel took; worry when it grows while nothing changes.",
        s -> s.applied());
  }

  private void gauge(String what, String help, ToDoubleFunction<ReconcileStatus<?>> value) {
    registry.gauge("margay_reconcile_" + what, help, () -> read(value), "loop", loop);
  }

  private void counter(String what, String help, ToDoubleFunction<ReconcileStatus<?>> value) {
    registry.counter("margay_reconcile_" + what, help, () -> read(value), "loop", loop);
  }

  private double read(ToDoubleFunction<ReconcileStatus<?>> value) {
    return status.get().map(value::applyAsDouble).orElse(0.0);
  }
}
