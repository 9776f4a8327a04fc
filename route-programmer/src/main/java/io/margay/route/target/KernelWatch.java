package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netlink.RtnlMonitor;
import io.margay.kernel.netlink.RtnlMonitor.Group;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.view.KernelView;
import io.margay.route.view.ViewBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches the routes, rules, devices, addresses and neighbours of one namespace on a thread of its
 * own. Subscribes before it reads, so that nothing is missed, and reads everything anew when events
 * were lost.
 */
public final class KernelWatch implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(KernelWatch.class);

  private static final Set<Group> GROUPS =
      EnumSet.of(
          Group.LINK,
          Group.NEIGHBOUR,
          Group.IPV4_ADDRESS,
          Group.IPV4_ROUTE,
          Group.IPV4_RULE,
          Group.IPV6_ADDRESS,
          Group.IPV6_ROUTE,
          Group.IPV6_RULE);

  /** Events of a burst are handed over together; the first of a burst waits for nobody. */
  private static final Duration SPACING = Duration.ofMillis(10);

  /** Duplicate routes and silent deaths that no event told of are seen by then. */
  private static final Duration REREAD = Duration.ofSeconds(90);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** Who hears of changes; called on the watch's thread, and must not block. */
  public interface Listener {
    /** What others did, in the kernel's order; to be given to {@link RouteEvents#take}. */
    void changed(List<RtnlEvent> events);

    /** What is there now, after what {@link #changed} has told. */
    void view(KernelView view);
  }

  /** How the watch fares. */
  public record Stats(long events, long overruns, long rereads, long faults) {
    /** Of one that has not begun. */
    public static final Stats NONE = new Stats(0, 0, 0, 0);
  }

  private final Netns namespace;
  private final int ownPort;
  private final Listener listener;
  private final Clock clock;
  private final Predicate<RouteEntry> shown;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object monitorLock = new Object();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong overruns = new AtomicLong();
  private final AtomicLong rereads = new AtomicLong();
  private final AtomicLong faults = new AtomicLong();
  private final Thread thread;

  /** Set while the thread may be waiting in it; under the lock. */
  private @Nullable RtnlMonitor monitor;

  private final ViewBuilder builder;
  private List<RtnlEvent> pending = new ArrayList<>();
  private boolean rereadWanted;
  private volatile boolean rereadAsked;
  private long nextHandOver;
  private long nextReread;

  /** Overruns that were told of, and when the next may be. */
  private long told;

  private long nextTold;
  private int failuresInRow;

  private KernelWatch(
      Netns namespace, int ownPort, Predicate<RouteEntry> shown, Listener listener, Clock clock) {
    this.namespace = namespace;
    this.ownPort = ownPort;
    this.shown = shown;
    this.builder = new ViewBuilder(shown);
    this.listener = listener;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("kernel-watch").unstarted(this::run);
  }

  /**
   * Starts watching.
   *
   * @param namespace stays the caller's to close, after this
   * @param ownPort changes by this socket are not told as what others did; 0 for no such socket
   * @param shown which routes of the main table the view has; of those that the own socket makes
   *     none to networks through gateways or nowhere, which the watch does not hear of
   */
  public static KernelWatch start(
      Netns namespace, int ownPort, Predicate<RouteEntry> shown, Listener listener, Clock clock) {
    var watch = new KernelWatch(namespace, ownPort, shown, listener, clock);
    watch.thread.start();
    return watch;
  }

  /** For any thread. */
  public Stats stats() {
    return new Stats(events.get(), overruns.get(), rereads.get(), faults.get());
  }

  /** Has everything read anew, for what no event tells. For any thread. */
  public void reread() {
    rereadAsked = true;
    wake();
  }

  private void wake() {
    synchronized (monitorLock) {
      if (monitor != null) {
        monitor.wake();
      }
    }
  }

  /** Ends the thread and waits for it. */
  @Override
  public void close() {
    closed.countDown();
    wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    do {
      try {
        watch();
      } catch (RuntimeException e) {
        faults.incrementAndGet();
        if (failuresInRow++ == 0) {
          LOG.error("kernel.watch.failed", e, "retry-every", PAUSE);
        }
      }
    } while (!isClosedWithin(PAUSE));
  }

  private void watch() {
    try (RtnlMonitor open = RtnlMonitor.in(namespace, GROUPS, ownPort);
        Rtnl rtnl = Rtnl.in(namespace)) {
      setMonitor(open);
      try {
        startAnew();
        while (!isClosed()) {
          step(open, rtnl);
        }
      } finally {
        setMonitor(null);
      }
    }
  }

  private void startAnew() {
    rereadWanted = true;
    nextHandOver = clock.nanos();
    // Whatever happened before the subscription is in no event.
    pending.add(new RtnlEvent.Overrun());
  }

  private void step(RtnlMonitor open, Rtnl rtnl) {
    long now = clock.nanos();
    if (rereadAsked) {
      rereadAsked = false;
      rereadWanted = true;
    }
    if (rereadWanted || now - nextReread >= 0) {
      reread(rtnl);
      nextReread = now + REREAD.toNanos();
      tellOverruns(now);
    }
    boolean something = builder.hasChanged() || !pending.isEmpty();
    if (something && now - nextHandOver >= 0) {
      handOver();
      nextHandOver = now + SPACING.toNanos();
      something = false;
    }
    long until = (something ? nextHandOver : nextReread) - now;
    open.await((int) (until / 1_000_000) + 1, this::take);
  }

  private void take(RtnlEvent event) {
    events.incrementAndGet();
    if (event instanceof RtnlEvent.Overrun) {
      overruns.incrementAndGet();
    }
    rereadWanted |= !builder.take(event);
    if (!isOwn(event)) {
      pending.add(event);
    }
  }

  private boolean isOwn(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RouteChanged(RouteEntry _, int by) -> by == ownPort;
      case RtnlEvent.RouteGone(RouteEntry _, int by) -> by == ownPort;
      default -> false;
    };
  }

  private void reread(Rtnl rtnl) {
    var routes = new ArrayList<RouteEntry>();
    for (Family family : Family.values()) {
      routes.addAll(rtnl.routesWhere(family, RouteEntry.TABLE_MAIN, shown).entries());
    }
    builder.reset(routes, rtnl.links().entries(), rtnl.addresses().entries());
    rereadWanted = false;
    rereads.incrementAndGet();
    failuresInRow = 0;
  }

  /** Behind the reading anew that mends them; a flood that lasts is told of now and then. */
  private void tellOverruns(long now) {
    long all = overruns.get();
    if (all > told && (told == 0 || now - nextTold >= 0)) {
      LOG.warn("kernel.events.lost", "times", all - told, "done", "all was read anew");
      told = all;
      nextTold = now + REREAD.toNanos();
    }
  }

  private void handOver() {
    if (!pending.isEmpty()) {
      List<RtnlEvent> told = pending;
      pending = new ArrayList<>();
      listener.changed(told);
    }
    if (builder.hasChanged()) {
      listener.view(builder.view());
    }
  }

  private void setMonitor(@Nullable RtnlMonitor open) {
    synchronized (monitorLock) {
      monitor = open;
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private boolean isClosedWithin(Duration limit) {
    try {
      return closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }
}
