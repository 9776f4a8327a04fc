package io.margay.agent.host;

import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.time.Clock;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netfilter.Conntrack;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Ends the tracked connections of an address whose pod is gone, or is behind another interface now:
 * the next pod with that address must not inherit them, nor the translation that a service gave
 * them. The route goes first, then the connections; a new route to the address waits for that.
 *
 * <p>Told by the stage thread; works on a thread of its own, since the kernel may have a million
 * connections to look through.
 */
public final class PodFlows {
  private static final EventLog LOG = EventLog.of(PodFlows.class);

  /** A route that the kernel does not let go keeps nobody from ending its connections. */
  private static final Duration FOR_ROUTES = Duration.ofSeconds(5);

  private static final int TRIES = 3;

  private final Routes routes;
  private final Connections connections;
  private final Clock clock;
  private final LinkedBlockingQueue<Gone> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  /** Addresses whose connections have to end first, with the plan since which. */
  private final Map<Ip, Long> leaving = new HashMap<>();

  private Map<Ip, Plan.PodRoute> pods = Map.of();
  private long version;
  private boolean failing;

  /** Who makes the routes. */
  public interface Routes {
    /** What is wanted otherwise than before. */
    void change(long version, Map<FibKey, FibRoute> put, Set<FibKey> remove);

    /** Waits until these are as wanted at that version, at most for {@code limit}. */
    void await(long version, Set<FibKey> keys, Duration limit) throws InterruptedException;
  }

  /** Who knows the connections. */
  @FunctionalInterface
  public interface Connections {
    /**
     * Ends those that one of these addresses began or answers.
     *
     * @throws KernelException when they cannot be read
     */
    Conntrack.Deletion end(Set<Ip> addresses);
  }

  /** Addresses that left, with their routes of before. */
  private record Gone(long version, Map<Ip, FibKey> addresses) {}

  public PodFlows(Routes routes, Connections connections, Clock clock) {
    this.routes = routes;
    this.connections = connections;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("flows").daemon().unstarted(this::work);
  }

  /** The connections of the calling thread's namespace, by netlink. */
  public static Conntrack.Deletion endInKernel(Set<Ip> addresses) {
    try (Conntrack conntrack = Conntrack.open()) {
      Conntrack.Deletion first = conntrack.delete(conntrack.flowsOf(addresses));
      // A packet that was on its way may have made one anew meanwhile.
      Conntrack.Deletion again = conntrack.delete(conntrack.flowsOf(addresses));
      return new Conntrack.Deletion(first.deleted() + again.deleted(), again.refused());
    }
  }

  /** Begins to work. */
  public void start() {
    thread.start();
  }

  /** Ends the thread; connections stay as they are. */
  public void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  /** A new plan: hands its routes on, except those that have to wait. */
  public synchronized void planned(Plan plan) {
    var gone = new HashMap<Ip, FibKey>();
    Map<Ip, Plan.PodRoute> now = plan.routes().pods();
    pods.forEach((ip, before) -> {
      Plan.PodRoute after = now.get(ip);
      if (after == null || !after.hostInterface().equals(before.hostInterface())) {
        gone.put(ip, before.key());
      }
    });
    pods = now;
    version = plan.version();
    mark(gone);
    handOn(plan.routes().changed());
    enqueue(gone);
  }

  /** Routes to pods that an earlier agent, or Calico, left: those of no pod will go now. */
  public synchronized void found(Map<Ip, FibKey> inKernel) {
    var gone = new HashMap<>(inKernel);
    gone.keySet().removeAll(pods.keySet());
    mark(gone);
    enqueue(gone);
  }

  /**
   * Waits until none of these has to wait any more, at most for {@code limit}.
   *
   * @return the plan's version that they are wanted at by now: later than one that had to wait
   */
  public synchronized long awaitFree(Set<FibKey> keys, Duration limit) throws InterruptedException {
    long deadline = clock.nanos() + limit.toNanos();
    while (keys.stream().anyMatch(this::isLeaving)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - clock.nanos());
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return version;
  }

  private void mark(Map<Ip, FibKey> gone) {
    gone.keySet().forEach(ip -> leaving.put(ip, version));
  }

  private void enqueue(Map<Ip, FibKey> gone) {
    if (!gone.isEmpty()) {
      queue.add(new Gone(version, gone));
    }
  }

  /**
   * A route to an address whose connections have yet to end is no route for now: also where it only
   * leads to another interface than before, so that there was no removal. {@link #free} puts what
   * was kept back.
   */
  private void handOn(Diff<FibKey, FibRoute> changed) {
    var waiting = new HashSet<FibKey>();
    for (Ip ip : leaving.keySet()) {
      Plan.PodRoute pod = pods.get(ip);
      if (pod != null) {
        waiting.add(pod.key());
      }
    }
    if (waiting.isEmpty()) {
      routes.change(version, changed.put(), changed.remove());
      return;
    }
    var put = new HashMap<>(changed.put());
    put.keySet().removeAll(waiting);
    var remove = new HashSet<>(changed.remove());
    remove.addAll(waiting);
    routes.change(version, put, remove);
  }

  private boolean isLeaving(FibKey key) {
    return key.destination().isHost() && leaving.containsKey(key.destination().address());
  }

  private void work() {
    try {
      while (true) {
        var all = new ArrayList<>(List.of(queue.take()));
        queue.drainTo(all);
        var addresses = new HashMap<Ip, FibKey>();
        all.forEach(gone -> addresses.putAll(gone.addresses()));
        long last = all.getLast().version();
        routes.await(last, Set.copyOf(addresses.values()), FOR_ROUTES);
        end(addresses.keySet());
        free(addresses.keySet(), last);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Set<Ip> addresses) {
    String why = "";
    for (int i = 0; i < TRIES; i++) {
      try {
        Conntrack.Deletion done = connections.end(addresses);
        if (done.refused().isEmpty()) {
          LOG.debug("flows.ended", "addresses", addresses, "flows", done.deleted());
          failing = false;
          return;
        }
        why = String.join(", ", done.refused());
      } catch (KernelException e) {
        why = String.valueOf(e.getMessage());
      } catch (RuntimeException e) {
        // Whatever it is: addresses that never become free would have no routes any more.
        why = e.toString();
      }
    }
    if (!failing) {
      // They end by their timeouts; a kernel that cannot at all is told of once.
      LOG.warn("flows.stay", "addresses", addresses, "why", why);
      failing = true;
    }
  }

  private synchronized void free(Set<Ip> addresses, long upTo) {
    var waiting = new HashMap<FibKey, FibRoute>();
    for (Ip ip : addresses) {
      if (leaving.getOrDefault(ip, Long.MAX_VALUE) <= upTo) {
        leaving.remove(ip);
        Plan.PodRoute pod = pods.get(ip);
        if (pod != null) {
          pod.route().ifPresent(route -> waiting.put(pod.key(), route));
        }
      }
    }
    if (!waiting.isEmpty()) {
      routes.change(version, waiting, Set.of());
    }
    notifyAll();
  }
}
