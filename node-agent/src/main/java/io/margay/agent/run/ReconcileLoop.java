package io.margay.agent.run;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A reconciler with a thread of its own. Others tell it what is wanted; it works, waits for the
 * next thing to do, and tells those who wait for a version. A target that throws costs a dump and a
 * growing pause, never the thread.
 */
public final class ReconcileLoop<K, V> {
  private static final EventLog LOG = EventLog.of(ReconcileLoop.class);
  private static final Backoff BROKEN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

  private final String name;
  private final Reconciler<K, V> reconciler;
  private final Clock clock;
  private final LinkedBlockingQueue<Consumer<Reconciler<K, V>>> mailbox =
      new LinkedBlockingQueue<>();
  private final List<Waiter<K>> waiters = new ArrayList<>();
  private final Map<K, String> reported = new HashMap<>();
  private final Thread thread;

  private volatile @Nullable ReconcileStatus<K> status;
  private volatile long lastTurn;
  private volatile Optional<String> broken = Optional.empty();
  private volatile boolean stopped;
  private int failures;

  /** A loop named {@code name}; it runs after {@link #start}. */
  public ReconcileLoop(String name, Reconciler<K, V> reconciler, Clock clock) {
    this.name = name;
    this.reconciler = reconciler;
    this.clock = clock;
    this.lastTurn = clock.nanos();
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::work);
  }

  /** Begins to work; does nothing when it has begun. */
  public synchronized void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** Hands something to the reconciler; it is done on the loop's thread, in order. */
  public void tell(Consumer<Reconciler<K, V>> what) {
    mailbox.add(what);
  }

  /**
   * Waits until these items are real as they were wanted up to a version, at most for {@code
   * limit}.
   *
   * @param keys empty for all that was wanted
   * @return what is true then: yes, not yet, or which item the kernel refuses and why
   */
  public Reached<K> await(long version, Set<K> keys, Duration limit) throws InterruptedException {
    var waiter = new Waiter<>(version, keys, new CompletableFuture<Reached<K>>());
    tell(_ -> waiters.add(waiter));
    try {
      return waiter.answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      tell(_ -> waiters.remove(waiter));
      return waiter.last;
    } catch (ExecutionException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** Of these items, those that are not there with these values; answered by the loop's thread. */
  public CompletableFuture<Set<K>> missing(Map<K, V> items) {
    var answer = new CompletableFuture<Set<K>>();
    tell(r -> answer.complete(r.missing(items)));
    return answer;
  }

  /** As its thread, its metrics and its line of the health pages are named. */
  public String name() {
    return name;
  }

  /** How it stood after its last turn; empty before the first. */
  public Optional<ReconcileStatus<K>> status() {
    return Optional.ofNullable(status);
  }

  /** Why the last turn broke off; empty when it did not. */
  public Optional<String> broken() {
    return broken;
  }

  /** When the thread last came by, in the clock's nanoseconds. */
  public long lastTurn() {
    return lastTurn;
  }

  /** Ends the thread after what it is doing; the kernel is left as it is. */
  public void stop() throws InterruptedException {
    stopped = true;
    tell(_ -> {});
    if (thread.isAlive()) {
      thread.join(Duration.ofSeconds(5));
    }
  }

  private void work() {
    long due = clock.nanos();
    while (!stopped) {
      try {
        due = turn(due);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private long turn(long due) throws InterruptedException {
    long pause = Math.min(due - clock.nanos(), TimeUnit.SECONDS.toNanos(5));
    var first = mailbox.poll(Math.max(0, pause), TimeUnit.NANOSECONDS);
    boolean told = first != null;
    if (first != null) {
      // What is told meanwhile is for the next turn: nobody can keep this one from its work.
      var gathered = new ArrayList<Consumer<Reconciler<K, V>>>(List.of(first));
      mailbox.drainTo(gathered);
      gathered.forEach(this::take);
    }
    lastTurn = clock.nanos();
    if (stopped || (!told && due - lastTurn > 0)) {
      return due;
    }
    if (failures > 0 && due - lastTurn > 0) {
      return due; // a broken target has its pause, whatever arrives
    }
    long next = run();
    status = reconciler.status();
    report(reconciler.status());
    answer();
    return next;
  }

  /** A message that fails is a bug of ours; what it should have told is not known any more. */
  private void take(Consumer<Reconciler<K, V>> what) {
    try {
      what.accept(reconciler);
    } catch (RuntimeException e) {
      LOG.error("reconcile.message.failed", e, "loop", name);
      reconciler.resync();
    }
  }

  private long run() {
    try {
      long next = reconciler.run(clock.nanos());
      failures = 0;
      broken = Optional.empty();
      return next;
    } catch (RuntimeException e) {
      failures++;
      reconciler.resync();
      broken = Optional.of(String.valueOf(e.getMessage()));
      long wait = BROKEN.nanosAfter(failures);
      if (failures == 1 || failures % 100 == 0) {
        LOG.error("reconcile.broken", e, "loop", name, "times", failures);
      }
      return clock.nanos() + wait;
    }
  }

  private void answer() {
    for (Iterator<Waiter<K>> all = waiters.iterator(); all.hasNext(); ) {
      Waiter<K> waiter = all.next();
      waiter.last =
          waiter.keys.isEmpty()
              ? reconciler.reached(waiter.version)
              : reconciler.reached(waiter.version, waiter.keys);
      if (waiter.last instanceof Reached.Yes<K>) {
        waiter.answer.complete(waiter.last);
        all.remove();
      }
    }
  }

  /** One line when an item begins to fail or fails otherwise, one when it is well again. */
  private void report(ReconcileStatus<K> now) {
    var failing = new HashMap<K, String>();
    for (var item : now.failing()) {
      failing.put(item.key(), item.reason());
      if (!item.reason().equals(reported.get(item.key()))) {
        LOG.warn("reconcile.refused", "loop", name, "item", item.key(), "why", item.reason());
      }
    }
    for (K key : reported.keySet()) {
      if (!failing.containsKey(key)) {
        LOG.info("reconcile.recovered", "loop", name, "item", key);
      }
    }
    reported.clear();
    reported.putAll(failing);
  }

  private static final class Waiter<K> {
    final long version;
    final Set<K> keys;
    final CompletableFuture<Reached<K>> answer;
    volatile Reached<K> last = new Reached.NotYet<>();

    Waiter(long version, Set<K> keys, CompletableFuture<Reached<K>> answer) {
      this.version = version;
      this.keys = Set.copyOf(keys);
      this.answer = answer;
    }
  }
}
