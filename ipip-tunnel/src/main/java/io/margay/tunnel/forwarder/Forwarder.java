package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Fd;
import io.margay.tunnel.control.ForwarderQueues;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device, its sockets and the queues whose threads move packets between them. The threads
 * begin with the first table: until then packets wait in the kernel's queues.
 *
 * <p>Tables may come from any thread.
 */
final class Forwarder implements AutoCloseable {
  private final Ends ends;
  private final int wanted;
  private final List<PacketQueue> queues;
  private final Consumer<Throwable> onFailure;

  private volatile @Nullable Table table;
  private volatile Map<Counter, Long> inherited = Map.of();
  private boolean handed;
  private boolean leaving;

  /**
   * Moves packets between these ends.
   *
   * @param wanted how many queues it was to have; the ends have those that it has
   * @param onFailure called by each thread that cannot go on, with its reason
   */
  Forwarder(
      Ends ends, Wire wire, int wanted, int firstIdentification, Consumer<Throwable> onFailure) {
    this.ends = ends;
    this.wanted = wanted;
    this.onFailure = onFailure;
    var made = new ArrayList<PacketQueue>();
    for (QueueEnds each : ends.queues()) {
      var place = new PacketQueue.Place(made.size(), ends.queues().size());
      made.add(new PacketQueue(place, each, wire, firstIdentification));
    }
    this.queues = List.copyOf(made);
  }

  String device() {
    return ends.tun().name();
  }

  /** The table in use; empty before the first. */
  Optional<Table> table() {
    return Optional.ofNullable(table);
  }

  /** Packets from now on go by this table; none is lost by the change. */
  synchronized void use(Table next) {
    table = next;
    queues.forEach(queue -> queue.start(this::lookup, onFailure));
  }

  /** Its queues, and what each has moved in this process. */
  ForwarderQueues queues() {
    return new ForwarderQueues(wanted, queues.stream().map(PacketQueue::load).toList());
  }

  /** What was counted since the start, and by those whose place this one has. */
  Map<Counter, Long> counters() {
    var all = new EnumMap<Counter, Long>(Counter.class);
    for (Counter counter : Counter.values()) {
      long here = queues.stream().mapToLong(queue -> queue.get(counter)).sum();
      all.put(counter, inherited.getOrDefault(counter, 0L) + here);
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
    ends.tun().persist(false);
  }

  @Override
  public synchronized void close() {
    stop();
    queues.forEach(PacketQueue::close);
    ends.close();
  }

  private void stop() {
    queues.forEach(PacketQueue::stop);
    queues.forEach(PacketQueue::join);
  }

  private LookupTable lookup() {
    Table now = table;
    if (now == null) {
      throw new IllegalStateException("packets are moved before there is a table");
    }
    return now.lookup();
  }
}
