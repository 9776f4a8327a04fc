package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.Pieces;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.ReceiveBatch;
import io.margay.kernel.socket.TunDevice;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.Joiner;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Unfinished;
import io.margay.tunnel.wire.VirtioHeader;
import io.margay.tunnel.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * From the wire to the device: receives a batch of packets, checks who sent them, takes the outer
 * header off, joins what belongs together and writes that to the TUN. One platform thread;
 * allocates nothing per packet.
 */
final class Inbound implements Runnable {
  /** Of all queues together: each of these takes 64 KiB of memory. */
  private static final int BATCH = 32;

  /** Of a queue, however many there are. */
  private static final int SMALLEST_BATCH = 8;

  private static final int LONGEST = 1 << 16;

  /** One in which the kernel has joined datagrams may have many. */
  private static final int PACKETS = 256;

  /**
   * Makes a slot an odd number of cache lines: begins of slots 64 KiB apart would all compete for
   * the same few lines of the processor's caches.
   */
  private static final int HEADROOM = 64;

  /** The virtio header of what is written, before the first slot. */
  private static final int VIRTIO = 0;

  private final WireFormat format;
  private final BatchSocket wire;
  private final TunDevice tun;
  private final ReadWaiter waiter;
  private final Supplier<LookupTable> table;
  private final Counters counters;
  private final ReceiveBatch batch;
  private final ByteBuffer bytes;
  private final Joiner joiner;
  private final Pieces pieces;

  Inbound(
      WireFormat format,
      PacketQueue.Place place,
      QueueEnds ends,
      ReadWaiter waiter,
      Supplier<LookupTable> table,
      Counters counters) {
    this.format = format;
    this.wire = ends.socket();
    this.tun = ends.writer();
    this.waiter = waiter;
    this.table = table;
    this.counters = counters;
    int capacity = Math.max(SMALLEST_BATCH, BATCH / place.count());
    this.batch = new ReceiveBatch(capacity, HEADROOM, LONGEST);
    this.bytes = batch.memory().bytes();
    this.joiner = new Joiner(bytes, PACKETS);
    this.pieces = new Pieces(batch.memory(), PACKETS + 1);
  }

  @Override
  public void run() {
    while (!waiter.isStopped()) {
      if (!receive(table.get())) {
        waiter.await();
      }
    }
  }

  /** Whether there may be more. */
  private boolean receive(LookupTable lookup) {
    int packets = wire.receive(batch);
    if (packets < 0) {
      if (packets == -Errno.EAGAIN) {
        return false;
      }
      throw new KernelException("receive " + format + " packets", -packets);
    }
    joiner.clear();
    for (int i = 0; i < packets; i++) {
      accept(i, lookup);
    }
    deliverAll();
    return true;
  }

  private void accept(int i, LookupTable lookup) {
    int segment = batch.segment(i);
    int length = batch.length(i);
    if (!lookup.isSource(batch.source(i))) {
      counters.add(Counter.DROPPED_UNKNOWN_SOURCE, 1);
      return;
    }
    // At least once: an empty datagram counts as malformed.
    int begin = 0;
    do {
      accept(batch.at(i) + begin, Math.min(segment, length - begin));
      begin += segment;
    } while (begin < length);
  }

  private void accept(int at, int length) {
    if (joiner.isFull()) {
      deliverAll();
      joiner.clear();
    }
    int inner = format.unwrap(bytes, at, length);
    if (inner >= 0) {
      joiner.add(inner);
      return;
    }
    counters.add(
        inner == Ipip.CONGESTION ? Counter.DROPPED_CONGESTION : Counter.DROPPED_MALFORMED, 1);
  }

  private void deliverAll() {
    for (int g = 0; g < joiner.groups(); g++) {
      deliver(g);
    }
  }

  private void deliver(int g) {
    int packets = joiner.packets(g);
    int written = write(g);
    if (written >= 0) {
      counters.add(Counter.RECEIVED_PACKETS, packets);
      counters.add(Counter.RECEIVED_BYTES, joiner.received(g) + (long) packets * format.overhead());
    } else if (written == -Errno.EIO) {
      counters.add(Counter.DROPPED_DEVICE_DOWN, packets);
    } else if (written == -TunDevice.EBADFD) {
      throw new KernelException("write to TUN device " + tun.name(), -written, "it was deleted");
    } else {
      counters.add(Counter.DROPPED_MALFORMED, packets);
    }
  }

  private int write(int g) {
    int first = joiner.first(g);
    int inner = joiner.at(first);
    int whole = Ipip.totalLength(bytes, inner);
    if (joiner.packets(g) > 1) {
      joiner.finish(g, VIRTIO);
    } else {
      VirtioHeader.clear(bytes, VIRTIO);
      if (Unfinished.is(bytes, inner)) {
        Unfinished.describe(bytes, VIRTIO, inner, tun.mtu());
      }
    }
    pieces.clear();
    pieces.add(VIRTIO, VirtioHeader.BYTES);
    pieces.add(inner, whole);
    for (int p = joiner.next(first); p != Joiner.NONE; p = joiner.next(p)) {
      pieces.add(joiner.payload(p), joiner.payloadLength(p));
    }
    return tun.write(pieces);
  }
}
