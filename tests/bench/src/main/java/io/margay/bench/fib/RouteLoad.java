package io.margay.bench.fib;

import io.margay.agent.run.ReconcileLoop;
import io.margay.agent.stage.KernelStage;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.time.Clock;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netlink.RtnlMonitor;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.target.KernelWatch;
import io.margay.route.target.RouteEvents;
import io.margay.route.target.RouteTarget;
import io.margay.route.view.KernelView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Our side of {@code fib.*}: the agent's loop, reconciler and target for routes beside its watch
 * over the kernel, as a program that is told what {@code fibload.c} is told and answers as it does.
 * Works in the network namespace that it is started in, and holds it until the process ends.
 */
public final class RouteLoad {
  /** So many single changes make one run of {@link Operation#ONE}, as in {@code fibload.c}. */
  private static final int CHANGES = 1000;

  /** So many routes have one next hop in {@link Operation#FAILOVER}, and so often it fails. */
  private static final int GROUP = 1000;

  private static final int FAILOVERS = 50;

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int EVENT_MILLIS = 10_000;

  private final RouteSet routes;
  private final Clock clock = System::nanoTime;
  private final RouteTarget target;
  private final ReconcileLoop<FibKey, FibRoute> loop;
  private final RouteEvents events;

  /** The watch has told the loop of its beginning. */
  private final CompletableFuture<@Nullable Void> first = new CompletableFuture<>();

  /** Routes that take the second gateway now. */
  private final BitSet second = new BitSet();

  private int gateway;
  private long version;

  private RouteLoad(RouteSet routes) {
    this.routes = routes;
    this.target = new RouteTarget(Rtnl.open(), Ownership.CALICO);
    var reconciler =
        new Reconciler<>(
            target,
            ReconcilerSettings.DEFAULT,
            new Hold(Set.of()),
            RandomGenerator.getDefault(),
            clock.nanos());
    this.loop = new ReconcileLoop<>("fib", reconciler, clock);
    this.events = new RouteEvents(target, reconciler);
  }

  /**
   * Does as told and prints a line for each operation: its name and nanoseconds.
   *
   * @param arguments how many routes, the device, the operations
   */
  public static void main(String[] arguments) throws InterruptedException {
    var routes = new RouteSet(Integer.parseInt(arguments[0]), arguments[1]);
    var load = new RouteLoad(routes);
    load.start();
    for (int i = 2; i < arguments.length; i++) {
      Operation operation = Operation.of(arguments[i]);
      System.out.println(operation.word() + " " + load.run(operation));
    }
  }

  /** How it is started in its own process. */
  static List<String> command(Path jvmOptions) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return List.of(java, "@" + jvmOptions, "-cp", classes, RouteLoad.class.getName());
  }

  private void start() throws InterruptedException {
    var watch =
        KernelWatch.start(
            Netns.current(), target.port(), KernelStage::isAskedFor, new Watcher(), clock);
    target.whenOvertaken(watch::reread);
    loop.start();
    first.join();
    settle();
  }

  private String run(Operation operation) throws InterruptedException {
    return switch (operation) {
      case ADD -> nanos(want(routes.all(gateway)));
      case REPLACE -> {
        gateway = 1 - gateway;
        yield nanos(want(routes.all(gateway)));
      }
      case DELETE -> nanos(want(Map.of()));
      case DUMP -> nanos(resync());
      case HEAP -> Long.toString(heap());
      case ONE -> changeSingly();
      case FAILOVER -> failOver();
    };
  }

  /** Twice: what the first collection finds to be cleared is freed by the next one. */
  private static long heap() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String nanos(long value) {
    return Long.toString(value);
  }

  /** From the word that all of this is wanted to the answer that it is in the kernel. */
  private long want(Map<FibKey, FibRoute> wanted) throws InterruptedException {
    second.set(0, routes.size(), gateway == 1);
    // The load's own garbage is not what is measured: the peers have made their routes before, too.
    System.gc();
    long start = clock.nanos();
    long asked = ++version;
    loop.tell(r -> r.want(asked, wanted));
    settle();
    return clock.nanos() - start;
  }

  private long resync() throws InterruptedException {
    long start = clock.nanos();
    loop.tell(Reconciler::resync);
    settle();
    return clock.nanos() - start;
  }

  private void settle() throws InterruptedException {
    Reached<FibKey> reached = loop.await(version, Set.of(), LIMIT);
    if (!(reached instanceof Reached.Yes<FibKey>)) {
      throw new IllegalStateException("after " + LIMIT + ": " + reached);
    }
  }

  /** From the word that one route is wanted otherwise to the kernel's event about it. */
  private String changeSingly() throws InterruptedException {
    var times = new StringJoiner(" ");
    try (RtnlMonitor events = RtnlMonitor.open(Set.of(RtnlMonitor.Group.IPV4_ROUTE))) {
      for (int i = 0; i < CHANGES; i++) {
        int route = routes.changed(i);
        second.flip(route);
        FibKey key = routes.key(route);
        FibRoute wanted = routes.via(second.get(route) ? 1 : 0);
        long start = clock.nanos();
        long asked = ++version;
        loop.tell(r -> r.change(asked, Map.of(key, wanted), Set.of()));
        awaitEvent(events, key);
        times.add(nanos(clock.nanos() - start));
      }
    }
    settle();
    return times.toString();
  }

  /** From the word that a group of routes has another gateway to the answer that it has. */
  private String failOver() throws InterruptedException {
    var times = new StringJoiner(" ");
    for (int i = 0; i < FAILOVERS; i++) {
      var group = new HashMap<FibKey, FibRoute>();
      for (int j = 0; j < Math.min(GROUP, routes.size()); j++) {
        int route = routes.changed(j);
        second.flip(route);
        group.put(routes.key(route), routes.via(second.get(route) ? 1 : 0));
      }
      long start = clock.nanos();
      long asked = ++version;
      loop.tell(r -> r.change(asked, group, Set.of()));
      settle();
      times.add(nanos(clock.nanos() - start));
    }
    return times.toString();
  }

  /** As the agent's: what others do is told to the loop. */
  private final class Watcher implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> list) {
      loop.tell(_ -> events.take(list));
    }

    @Override
    public void view(KernelView view) {
      first.complete(null);
    }
  }

  private void awaitEvent(RtnlMonitor events, FibKey key) {
    var heard = new BitSet(1);
    long deadline = clock.nanos() + Duration.ofMillis(EVENT_MILLIS).toNanos();
    while (heard.isEmpty()) {
      events.await(
          EVENT_MILLIS,
          event -> {
            if (event instanceof RtnlEvent.RouteChanged(var route, _)
                && FibKey.of(route).equals(key)) {
              heard.set(0);
            }
          });
      if (heard.isEmpty() && clock.nanos() - deadline > 0) {
        throw new IllegalStateException("no event of the kernel about " + key);
      }
    }
  }
}
