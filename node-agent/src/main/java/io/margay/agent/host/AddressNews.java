package io.margay.agent.host;

import io.margay.agent.host.Segments.Segment;
import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.kernel.frame.Announcement;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.PacketSocket;
import io.margay.route.fib.FibKey;
import io.margay.route.view.KernelView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Announces an address that a pod of this node has from now on where others may know it by another
 * link-layer address: on a link whose network it belongs to. Addresses of networks that are routed
 * are in nobody's cache, and are not announced; neither is what was here before the agent started.
 *
 * <p>Told by the stage thread; works on a thread of its own.
 */
public final class AddressNews {
  private static final EventLog LOG = EventLog.of(AddressNews.class);

  /** A route that is under way is waited for so long at a time. */
  private static final Duration FOR_ROUTE = Duration.ofSeconds(1);

  private final Routes routes;
  private final Sender sender;
  private final Supplier<KernelView> view;
  private final Predicate<String> uplink;
  private final Clock clock;
  private final AnnouncementTimes times = new AnnouncementTimes();
  private final Thread thread =
      Thread.ofPlatform().name("address-news").daemon().unstarted(this::work);

  /** Empty before the first plan. */
  private Optional<Map<Ip, Plan.PodRoute>> pods = Optional.empty();

  /** On the thread that announces. */
  private boolean failing;

  /** Who makes the routes. */
  @FunctionalInterface
  public interface Routes {
    /** Whether this one is real as it was wanted at that version; waits for {@code limit}. */
    boolean isThere(long version, FibKey key, Duration limit) throws InterruptedException;
  }

  /** Who sends frames. */
  @FunctionalInterface
  public interface Sender {
    /**
     * Sends one by a device.
     *
     * @throws KernelException when it cannot be sent
     */
    void send(int interfaceIndex, ByteBuffer frame);
  }

  /**
   * @param view what the kernel has now
   * @param uplink by name, whether a link leads to other machines
   */
  public AddressNews(
      Routes routes,
      Sender sender,
      Supplier<KernelView> view,
      Predicate<String> uplink,
      Clock clock) {
    this.routes = routes;
    this.sender = sender;
    this.view = view;
    this.uplink = uplink;
    this.clock = clock;
  }

  /** Sends in the calling thread's namespace. */
  public static void sendByKernel(int interfaceIndex, ByteBuffer frame) {
    try (PacketSocket socket = PacketSocket.open()) {
      socket.send(interfaceIndex, frame);
    }
  }

  /** Begins to work. */
  public void start() {
    thread.start();
  }

  /** Ends the thread. */
  public void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  /** A new plan: what came with it is announced once its route is there. */
  public synchronized void planned(Plan plan) {
    Map<Ip, Plan.PodRoute> now = plan.routes().pods();
    if (pods.isPresent() && !pods.get().equals(now)) {
      Map<Ip, Plan.PodRoute> before = pods.get();
      before.keySet().stream().filter(ip -> !now.containsKey(ip)).forEach(times::drop);
      now.forEach((ip, route) -> {
        if (!route.isAt(before.get(ip)) && !segments(ip).isEmpty()) {
          times.begin(ip, route.key(), plan.version(), clock.nanos());
        }
      });
      notifyAll();
    }
    pods = Optional.of(now);
  }

  private List<Segment> segments(Ip address) {
    return Segments.around(address, view.get(), uplink);
  }

  private void work() {
    try {
      while (true) {
        turn();
        awaitNext();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void awaitNext() throws InterruptedException {
    long now = clock.nanos();
    OptionalLong next = times.next(now);
    while (next.isEmpty() || next.getAsLong() - now > 0) {
      if (next.isEmpty()) {
        wait();
      } else {
        wait(TimeUnit.NANOSECONDS.toMillis(next.getAsLong() - now) + 1);
      }
      now = clock.nanos();
      next = times.next(now);
    }
  }

  /** Announces what is due now. */
  void turn() throws InterruptedException {
    for (AnnouncementTimes.Item item : due()) {
      boolean there = routes.isThere(item.version(), item.route(), FOR_ROUTE);
      if (there) {
        announce(item);
      }
      done(item, there);
    }
  }

  private synchronized List<AnnouncementTimes.Item> due() {
    return times.due(clock.nanos());
  }

  private synchronized void done(AnnouncementTimes.Item item, boolean announced) {
    if (announced) {
      times.sent(item, clock.nanos());
    } else {
      times.putOff(item, clock.nanos());
    }
  }

  private void announce(AnnouncementTimes.Item item) {
    for (Segment segment : segments(item.address())) {
      try {
        sender.send(
            segment.index(), Announcement.of(item.address(), segment.mac(), segment.source()));
        failing = false;
        if (item.sent() == 0) {
          LOG.info("host.address.announced", "address", item.address(), "device", segment.name());
        }
      } catch (KernelException e) {
        if (!failing) {
          // Whoever has the address cached finds out by itself, in half a minute or so.
          LOG.warn(
              "host.address.not-announced",
              "address",
              item.address(),
              "device",
              segment.name(),
              "why",
              e.getMessage());
        }
        failing = true;
      }
    }
  }
}
