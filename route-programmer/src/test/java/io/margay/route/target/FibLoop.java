package io.margay.route.target;

import io.margay.foundation.reconcile.Backoff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.view.KernelView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A reconciler of routes with its watch, run by the test's thread as the agent's fib thread does.
 */
final class FibLoop implements AutoCloseable, KernelWatch.Listener {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** No routes to blocks, of whose making by ourselves the watch does not hear. */
  static final Predicate<RouteEntry> SHOWN =
      route -> route.protocol() != 12 && route.protocol() != 80;

  final RouteTarget target;
  final Reconciler<FibKey, FibRoute> reconciler;
  private final RouteEvents events;
  private final KernelWatch watch;
  private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private KernelView view = KernelView.EMPTY;

  FibLoop(TestNetns namespace, String... holds) {
    this(namespace, Rtnl.in(namespace.netns()), holds);
  }

  /** One that speaks with the kernel by this, and hears of it by itself. */
  FibLoop(TestNetns namespace, Rtnl rtnl, String... holds) {
    target = new RouteTarget(rtnl, Ownership.CALICO);
    var settings =
        new ReconcilerSettings(
            Duration.ofHours(1),
            new Backoff(Duration.ofMillis(50), Duration.ofHours(1)),
            200_000,
            50_000);
    reconciler =
        new Reconciler<>(
            target, settings, new Hold(Set.of(holds)), new SplittableRandom(1), System.nanoTime());
    events = new RouteEvents(target, reconciler);
    watch = KernelWatch.start(namespace.netns(), target.port(), SHOWN, this, System::nanoTime);
    target.whenOvertaken(watch::reread);
  }

  @Override
  public void changed(List<RtnlEvent> list) {
    inbox.add(() -> events.take(list));
  }

  @Override
  public void view(KernelView seen) {
    inbox.add(() -> view = seen);
  }

  void want(long version, Map<FibKey, FibRoute> routes) {
    reconciler.want(version, routes);
    reconciler.run(System.nanoTime());
  }

  ReconcileStatus<FibKey> status() {
    return reconciler.status();
  }

  KernelWatch.Stats stats() {
    return watch.stats();
  }

  /** Works off what the watch tells until the condition holds; how long that took. */
  Duration runUntil(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    long end = start + LIMIT.toNanos();
    reconciler.run(System.nanoTime());
    while (!condition.getAsBoolean()) {
      long due = Math.min(reconciler.run(System.nanoTime()), end) - System.nanoTime();
      workOff(Math.max(1, Math.min(due, 50_000_000)));
      reconciler.run(System.nanoTime());
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + LIMIT + ": " + what + "; " + status());
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Works until a view comes for which this holds. */
  KernelView viewWith(String what, Predicate<KernelView> condition) {
    runUntil(what, () -> condition.test(view));
    return view;
  }

  private void workOff(long nanos) {
    try {
      Runnable news = inbox.poll(nanos, TimeUnit.NANOSECONDS);
      if (news != null) {
        news.run();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    watch.close();
    target.close();
  }
}
