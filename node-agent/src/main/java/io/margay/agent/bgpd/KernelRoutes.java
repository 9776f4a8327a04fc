package io.margay.agent.bgpd;

import io.margay.agent.run.ReconcileLoop;
import io.margay.agent.run.SystemClock;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.KernelStage;
import io.margay.agent.stage.StandaloneStage;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.target.KernelWatch;
import io.margay.route.target.RouteEvents;
import io.margay.route.target.RouteTarget;
import io.margay.route.view.KernelView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The kernel's side of a speaker that installs its routes. Lives as long as the process. */
final class KernelRoutes {
  /** Routes of a speaker that ran before stay until the peers have told theirs. */
  private static final String HOLD = "recovery";

  private final ReconcileLoop<FibKey, FibRoute> loop;
  private final RouteEvents events;
  private final Consumer<KernelFacts> onFacts;
  private final CompletableFuture<Boolean> first = new CompletableFuture<>();
  private Optional<KernelFacts> facts = Optional.empty();
  private long version;

  /**
   * Begins to look at the kernel.
   *
   * @param onFacts told what next hops depend on, at first and when it changed, on a thread of the
   *     kernel's watch
   */
  KernelRoutes(Consumer<KernelFacts> onFacts) {
    this.onFacts = onFacts;
    var target = new RouteTarget(Rtnl.open(), StandaloneStage.OWNERSHIP);
    var reconciler =
        new Reconciler<>(
            target,
            ReconcilerSettings.DEFAULT,
            new Hold(Set.of(HOLD)),
            RandomGenerator.getDefault(),
            SystemClock.INSTANCE.nanos());
    this.loop = new ReconcileLoop<>("fib", reconciler, SystemClock.INSTANCE);
    this.events = new RouteEvents(target, reconciler);
    KernelWatch.start(Netns.current(), target.port(), new Watcher(), SystemClock.INSTANCE);
    loop.start();
  }

  /** Waits for the first look: whether routes of a speaker that ran before are there. */
  boolean awaitFirstLook() {
    return first.join();
  }

  /** All routes. Called on one thread, as {@link #change} is. */
  void want(Map<FibKey, FibRoute> routes) {
    long now = ++version;
    loop.tell(r -> r.want(now, routes));
  }

  void change(Diff<FibKey, FibRoute> diff) {
    long now = ++version;
    loop.tell(r -> r.change(now, diff.put(), diff.remove()));
  }

  /** What nobody wants may go. */
  void release() {
    loop.tell(r -> r.release(HOLD));
  }

  private final class Watcher implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> list) {
      loop.tell(_ -> events.take(list));
    }

    @Override
    public void view(KernelView view) {
      Optional<KernelFacts> fresh =
          Optional.of(KernelStage.facts(view, List.of(), Set.of(StandaloneStage.PROTOCOL)));
      if (!fresh.equals(facts)) {
        facts = fresh;
        onFacts.accept(fresh.get());
      }
      first.complete(
          view.routes().values().stream()
              .flatMap(List::stream)
              .anyMatch(route -> route.protocol() == StandaloneStage.PROTOCOL));
    }
  }
}
