package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.PathMtu;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.TunDevice;
import io.margay.kernel.socket.UdpSocket;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device, its raw sockets and the two threads that move packets between them. The threads
 * begin with the first table: until then packets wait in the kernel's queues.
 *
 * <p>Tables may come from any thread.
 */
final class Forwarder implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(Forwarder.class);

  private final Ends ends;
  private final TunDevice tun;
  private final Wire wire;

  /** Of the wire format: receives, and sends what the kernel may cut. */
  private final BatchSocket socket;

  /** Sends packets that bring their header. */
  private final RawIpSocket rawSocket;

  private final PathMtu path;
  private final ReadWaiter tunWaiter;
  private final ReadWaiter wireWaiter;
  private final Counters outCounters = new Counters();
  private final Counters inCounters = new Counters();
  private final Consumer<Throwable> onFailure;
  private final int firstIdentification;

  private volatile @Nullable Table table;
  private volatile Map<Counter, Long> inherited = Map.of();
  private boolean handed;
  private boolean leaving;
  private @Nullable Thread outbound;
  private @Nullable Thread inbound;

  /**
   * Makes the device, or takes over the one that an earlier process left.
   *
   * @param onFailure called once by a thread that cannot go on, with its reason
   */
  Forwarder(String device, Wire wire, int firstIdentification, Consumer<Throwable> onFailure) {
    this(Ends.open(device, wire), wire, firstIdentification, onFailure);
  }

  /**
   * Moves packets between these ends.
   *
   * @param onFailure called once by a thread that cannot go on, with its reason
   */
  Forwarder(Ends ends, Wire wire, int firstIdentification, Consumer<Throwable> onFailure) {
    this.ends = ends;
    this.wire = wire;
    this.onFailure = onFailure;
    this.firstIdentification = firstIdentification;
    this.tun = ends.tun();
    this.socket = ends.socket();
    this.rawSocket = RawIpSocket.withOwnHeaders();
    this.path = new PathMtu();
    this.tunWaiter = new ReadWaiter(tun.fd());
    this.wireWaiter = new ReadWaiter(socket.fd());
  }

  String device() {
    return tun.name();
  }

  /** The table in use; empty before the first. */
  Optional<Table> table() {
    return Optional.ofNullable(table);
  }

  /** Packets from now on go by this table; none is lost by the change. */
  synchronized void use(Table next) {
    table = next;
    if (outbound == null) {
      Supplier<LookupTable> lookup = this::lookup;
      outbound =
          start("tun-to-wire", new Outbound(tun, tunWaiter, lookup, outCounters, this::sender));
      inbound =
          start(
              "wire-to-tun",
              new Inbound(wire.format(), socket, tun, wireWaiter, lookup, inCounters));
    }
  }

  private WireSender sender(PacketMemory memory) {
    int overhead = wire.format().overhead();
    var notice = new TooBigNotice(memory, IpipSender.NOTICE, overhead, rawSocket, path);
    return switch (socket) {
      case RawIpSocket cutting ->
          new IpipSender(memory, rawSocket, cutting, outCounters, notice, firstIdentification);
      case UdpSocket udp -> new UdpSender(memory, udp, wire.port(), outCounters, notice);
    };
  }

  /** What was counted since the start, and by those whose place this one has. */
  Map<Counter, Long> counters() {
    var all = new EnumMap<Counter, Long>(Counter.class);
    for (Counter counter : Counter.values()) {
      long before = inherited.getOrDefault(counter, 0L);
      all.put(counter, before + outCounters.get(counter) + inCounters.get(counter));
    }
    return all;
  }

  /**
   * Sends a successor what it needs; packets are moved on until {@link #leave}.
   *
   * @param send of the descriptors; when it fails, nothing was handed over by this call
   * @return false when this one ends, and nothing was sent
   */
  synchronized boolean handOver(Consumer<List<Fd>> send) {
    if (leaving) {
      return false;
    }
    send.accept(ends.descriptors());
    handed = true;
    return true;
  }

  /**
   * A successor moves the packets: this one stops, and what it has is left as it is.
   *
   * @return false when nothing was handed over, or this one ends; then nothing is changed
   */
  synchronized boolean leave() {
    if (!handed || leaving) {
      return false;
    }
    leaving = true;
    ends.share();
    stop();
    return true;
  }

  /** Nothing is handed over any more; whether something was. */
  synchronized boolean handOverNoMore() {
    leaving = true;
    return handed;
  }

  /** A successor goes on with device and socket: to end changes neither. */
  void leaveEnds() {
    ends.share();
  }

  /** The process that these ends were taken from has stopped, after it had counted so much. */
  void inherit(Map<Counter, Long> counted) {
    inherited = Map.copyOf(counted);
    ends.own();
  }

  /** The device goes with this process. */
  void dropDevice() {
    tun.persist(false);
  }

  @Override
  public synchronized void close() {
    stop();
    tunWaiter.close();
    wireWaiter.close();
    rawSocket.close();
    path.close();
    ends.close();
  }

  private void stop() {
    tunWaiter.stop();
    wireWaiter.stop();
    join(outbound);
    join(inbound);
  }

  private LookupTable lookup() {
    Table now = table;
    if (now == null) {
      throw new IllegalStateException("packets are moved before there is a table");
    }
    return now.lookup();
  }

  /** Returns when the thread is about to read. */
  private Thread start(String name, Runnable loop) {
    var reads = new CompletableFuture<Void>();
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .start(() -> {
              try {
                reads.complete(null);
                loop.run();
              } catch (RuntimeException e) {
                LOG.error(
                    "tunnel.forwarder.thread_failed", e, "thread", name, "why", e.getMessage());
                onFailure.accept(e);
              }
            });
    reads.join();
    return thread;
  }

  private static void join(@Nullable Thread thread) {
    if (thread == null) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
