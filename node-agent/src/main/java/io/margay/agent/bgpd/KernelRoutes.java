package io.margay.agent.bgpd;

import io.margay.agent.run.ReconcileLoop;
import io.margay.agent.run.SystemClock;
import io.margay.agent.stage.Install;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.KernelStage;
import io.margay.agent.stage.StandaloneStage;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.kernel.rtnl.RuleEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.rule.RuleTarget;
import io.margay.route.target.KernelWatch;
import io.margay.route.target.RouteEvents;
import io.margay.route.target.RouteTarget;
import io.margay.route.target.RoutesOfBefore;
import io.margay.route.view.KernelView;
import java.util.HashSet;
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

  private final RouteTarget target = new RouteTarget(Rtnl.open(), StandaloneStage.OWNERSHIP);
  private final RuleTarget ruleTarget = new RuleTarget(Rtnl.open(), StandaloneStage.PROTOCOL);
  private final ReconcileLoop<FibKey, FibRoute> loop;
  private final ReconcileLoop<RuleEntry, RuleEntry> rules;
  private final RouteEvents events;
  private final Consumer<KernelFacts> onFacts;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private Optional<KernelFacts> facts = Optional.empty();
  private final Set<Integer> tables = new HashSet<>(Set.of(RouteEntry.TABLE_MAIN));
  private long version;

  /**
   * Does nothing before {@link #begin}.
   *
   * @param onFacts told what next hops depend on, at first and when it changed, on a thread of the
   *     kernel's watch
   */
  KernelRoutes(Consumer<KernelFacts> onFacts) {
    this.onFacts = onFacts;
    var reconciler = reconciler(target, Set.of(HOLD));
    this.loop = new ReconcileLoop<>("fib", reconciler, SystemClock.INSTANCE);
    this.rules =
        new ReconcileLoop<>("rule", reconciler(ruleTarget, Set.of()), SystemClock.INSTANCE);
    this.events = new RouteEvents(target, reconciler);
  }

  private static <K, V> Reconciler<K, V> reconciler(Target<K, V> target, Set<String> holds) {
    return new Reconciler<>(
        target,
        ReconcilerSettings.DEFAULT,
        new Hold(holds),
        RandomGenerator.getDefault(),
        SystemClock.INSTANCE.nanos());
  }

  /**
   * Begins to look at the kernel, and waits for the first look.
   *
   * @return whether routes of a speaker that ran before are there
   */
  boolean begin(Install install) {
    boolean before;
    try (Rtnl rtnl = Rtnl.open()) {
      before = RoutesOfBefore.areThere(rtnl, install.table(), KernelRoutes::isOurs);
    }
    lookInto(install);
    // Before their first look: what nobody wants goes, and a speaker that ran before had them.
    wantRules(Optional.of(install));
    var watch =
        KernelWatch.start(
            Netns.current(),
            target.port(),
            route -> !isOurs(route),
            new Watcher(),
            SystemClock.INSTANCE);
    target.whenOvertaken(watch::reread);
    loop.start();
    rules.start();
    first.join();
    return before;
  }

  private static boolean isOurs(RouteEntry route) {
    return route.protocol() == StandaloneStage.PROTOCOL;
  }

  /**
   * All routes. Called on one thread, as {@link #change} is.
   *
   * @param install where they stand; empty when there are to be none
   */
  void want(Map<FibKey, FibRoute> routes, Optional<Install> install) {
    long now = ++version;
    install.ifPresent(this::lookInto);
    loop.tell(r -> r.want(now, routes));
    wantRules(install);
  }

  private void wantRules(Optional<Install> install) {
    long now = ++version;
    Map<RuleEntry, RuleEntry> wanted = install.map(StandaloneStage::rules).orElse(Map.of());
    rules.tell(r -> r.want(now, wanted));
  }

  /** A table that the file named before stays one that is looked into: its routes have to go. */
  private void lookInto(Install install) {
    if (tables.add(install.table())) {
      loop.tell(r -> {
        target.lookInto(install.table());
        r.resync();
      });
    }
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
      if (list.stream().anyMatch(ruleTarget::concerns)) {
        rules.tell(Reconciler::resync);
      }
    }

    @Override
    public void view(KernelView view) {
      Optional<KernelFacts> fresh =
          Optional.of(KernelStage.facts(view, List.of(), Set.of(StandaloneStage.PROTOCOL)));
      if (!fresh.equals(facts)) {
        facts = fresh;
        onFacts.accept(fresh.get());
      }
      first.complete(null);
    }
  }
}
