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
import io.margay.route.fib.FibRoute;
import io.margay.route.view.KernelView;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Announces an address whose route to a pod of this node is new where others may know it by another
 * link-layer address: on a link whose network it belongs to. Addresses of networks that are routed
 * are in nobody's cache, and are not announced; neither is what was here before the agent started.
 *
 * <p>Told by the stage thread; works on a thread of its own.
 */
public final class AddressNews {
  private static final EventLog LOG = EventLog.of(AddressNews.class);

  /** After a bug of ours. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Routes routes;
  private final Sender sender;
  private final Supplier<KernelView> view;
  private final Predicate<String> uplink;
  private final Clock clock;
  private final AnnouncementTimes times = new AnnouncementTimes();
  private final Thread thread =
      Thread.ofPlatform().name("address-news").daemon().unstarted(this::work);

  /** Empty before the first plan. Whatever waits has a route in here. */
  private Optional<Map<Ip, Plan.PodRoute>> pods = Optional.empty();

  private long version;

  /** Names of the links that take no frame now; on the thread that announces, as what follows. */
  private final Set<String> failing = new HashSet<>();

  private int bugs;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  /**
   * How it fares.
   *
   * @param sent frames that left
   * @param failed frames that the kernel refused
   */
  public record Stats(long sent, long failed) {}

  /** Who makes the routes. */
  @FunctionalInterface
  public interface Routes {
    /**
     * Of these routes, those that are in the kernel with these values and stay there, by what was
     * wanted up to that version. Waits for none of them: who does not know says none.
     */
    Set<FibKey> there(long version, Map<FibKey, FibRoute> routes) throws InterruptedException;
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

  /** For any thread. */
  public Stats stats() {
    return new Stats(sent.get(), failed.get());
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

  /** A new plan: an address whose route came with it is announced once that is there. */
  public synchronized void planned(Plan plan) {
    Map<Ip, Plan.PodRoute> now = plan.routes().pods();
    version = plan.version();
    if (pods.isPresent() && !pods.get().equals(now)) {
      compare(pods.get(), now);
      notifyAll();
    }
    pods = Optional.of(now);
  }

  private void compare(Map<Ip, Plan.PodRoute> before, Map<Ip, Plan.PodRoute> now) {
    for (Ip ip : before.keySet()) {
      Plan.PodRoute pod = now.get(ip);
      if (pod == null || pod.route().isEmpty()) {
        times.drop(ip);
      }
    }
    now.forEach((ip, pod) -> {
      if (isNews(pod, before.get(ip)) && !segments(ip).isEmpty()) {
        times.begin(ip, version, clock.nanos());
      }
    });
  }

  /** A pod is planned before its interface is up: only its route tells that it can be reached. */
  private static boolean isNews(Plan.PodRoute now, Plan.@Nullable PodRoute before) {
    return now.route().isPresent()
        && (before == null || before.route().isEmpty() || !now.isAt(before));
  }

  private List<Segment> segments(Ip address) {
    return Segments.around(address, view.get(), uplink);
  }

  private void work() {
    try {
      while (true) {
        try {
          turn();
          awaitNext();
        } catch (RuntimeException e) {
          failed(e);
          Thread.sleep(PAUSE);
        }
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
    List<Due> all = due();
    if (all.isEmpty()) {
      return;
    }
    var wanted = new HashMap<FibKey, FibRoute>();
    all.forEach(due -> due.pod().route().ifPresent(route -> wanted.put(due.pod().key(), route)));
    Set<FibKey> there = routes.there(all.getFirst().version(), wanted);
    for (Due due : all) {
      boolean isThere = there.contains(due.pod().key());
      if (isThere) {
        announce(due.item());
      }
      done(due.item(), isThere);
    }
  }

  /**
   * What is to be announced if it is there.
   *
   * @param version of the last plan, whose route it is
   */
  private record Due(AnnouncementTimes.Item item, long version, Plan.PodRoute pod) {}

  private synchronized List<Due> due() {
    var all = new ArrayList<Due>();
    for (AnnouncementTimes.Item item : times.due(clock.nanos())) {
      Plan.PodRoute pod = pods.orElseThrow().get(item.address());
      all.add(new Due(item, version, Objects.requireNonNull(pod)));
    }
    return all;
  }

  private synchronized void done(AnnouncementTimes.Item item, boolean announced) {
    if (announced) {
      times.sent(item, clock.nanos());
    } else {
      times.putOff(item, clock.nanos());
    }
  }

  private synchronized boolean waits(AnnouncementTimes.Item item) {
    return times.waits(item);
  }

  private void announce(AnnouncementTimes.Item item) {
    try {
      for (Segment segment : segments(item.address())) {
        // The address may have left while the routes, or the one before, took their time.
        if (waits(item)) {
          announce(item, segment);
        }
      }
    } catch (RuntimeException e) {
      failed(e); // the others that are due are announced nevertheless
    }
  }

  private void announce(AnnouncementTimes.Item item, Segment segment) {
    try {
      sender.send(
          segment.index(), Announcement.of(item.address(), segment.mac(), segment.source()));
      sent.incrementAndGet();
      failing.remove(segment.name());
      if (item.sent() == 0) {
        LOG.info("host.address.announced", "address", item.address(), "device", segment.name());
      }
    } catch (KernelException e) {
      failed.incrementAndGet();
      if (failing.add(segment.name())) {
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
    }
  }

  /** A bug of ours costs an announcement, never the thread. */
  private void failed(RuntimeException e) {
    bugs++;
    if (bugs == 1 || bugs % 100 == 0) {
      LOG.error("host.address.failed", e, "times", bugs);
    }
  }
}
