package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.PathMtu;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.UdpSocket;
import io.margay.tunnel.control.ForwarderQueues;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One queue of a forwarder: the two threads that move packets between its ends, and what they do it
 * with. Flows do not change queues, so that no thread has to know of another. Owned by the
 * forwarder, under its lock; counters may be asked for by any thread.
 */
final class PacketQueue implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(PacketQueue.class);

  /**
   * Its place.
   *
   * @param index from 0
   * @param count of all queues of the forwarder
   */
  record Place(int index, int count) {
    /** Told apart only where there are several. */
    String named(String thread) {
      return count == 1 ? thread : thread + "-" + index;
    }
  }

  private final Place place;
  private final QueueEnds ends;
  private final Wire wire;

  /** Sends packets that bring their header. */
  private final RawIpSocket rawSocket;

  /** Sends the wire format; the one that receives where there is no other queue. */
  private final BatchSocket sender;

  private final PathMtu path = new PathMtu();
  private final ReadWaiter tunWaiter;
  private final ReadWaiter wireWaiter;
  private final Counters outCounters = new Counters();
  private final Counters inCounters = new Counters();
  private final Identifications identifications;
  private final List<Thread> threads = new ArrayList<>();

  PacketQueue(Place place, QueueEnds ends, Wire wire, int firstIdentification) {
    this.place = place;
    this.ends = ends;
    this.wire = wire;
    this.rawSocket = RawIpSocket.withOwnHeaders();
    this.sender = wire.sender(ends.socket(), place);
    this.tunWaiter = new ReadWaiter(ends.reader().fd());
    this.wireWaiter = new ReadWaiter(ends.socket().fd());
    this.identifications = new Identifications(place.index(), place.count(), firstIdentification);
  }

  /**
   * Begins to move packets, if it does not yet.
   *
   * @param onFailure called by a thread that cannot go on, with its reason
   */
  void start(Supplier<LookupTable> lookup, Consumer<Throwable> onFailure) {
    if (!threads.isEmpty()) {
      return;
    }
    threads.add(
        start(
            place.named("tun-to-wire"),
            new Outbound(ends.reader(), tunWaiter, lookup, outCounters, this::sender),
            onFailure));
    threads.add(
        start(
            place.named("wire-to-tun"),
            new Inbound(wire.format(), place, ends, wireWaiter, lookup, inCounters),
            onFailure));
  }

  private WireSender sender(PacketMemory memory) {
    int overhead = wire.format().overhead();
    var notice = new TooBigNotice(memory, IpipSender.NOTICE, overhead, rawSocket, path);
    return switch (sender) {
      case RawIpSocket cutting ->
          new IpipSender(memory, rawSocket, cutting, outCounters, notice, identifications);
      case UdpSocket udp -> new UdpSender(memory, udp, wire.port(), outCounters, notice);
    };
  }

  long get(Counter counter) {
    return outCounters.get(counter) + inCounters.get(counter);
  }

  ForwarderQueues.Load load() {
    return new ForwarderQueues.Load(get(Counter.SENT_PACKETS), get(Counter.RECEIVED_PACKETS));
  }

  /** Makes its threads end; {@link #join} waits for that. */
  void stop() {
    tunWaiter.stop();
    wireWaiter.stop();
  }

  void join() {
    threads.forEach(PacketQueue::join);
  }

  /** After its threads have ended; its ends are not closed. */
  @Override
  public void close() {
    tunWaiter.close();
    wireWaiter.close();
    rawSocket.close();
    path.close();
    if (sender != ends.socket()) {
      sender.close();
    }
  }

  /** Returns when the thread is about to read. */
  private static Thread start(String name, Runnable loop, Consumer<Throwable> onFailure) {
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

  private static void join(Thread thread) {
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
