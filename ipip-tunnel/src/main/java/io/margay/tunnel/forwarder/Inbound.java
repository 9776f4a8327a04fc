package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.Pieces;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.ReceiveBatch;
import io.margay.kernel.socket.TunDevice;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.Joiner;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Unfinished;
import io.margay.tunnel.wire.VirtioHeader;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * From the wire to the device: receives a batch of protocol-4 packets, checks who sent them, takes
 * the outer header off, joins what belongs together and writes that to the TUN. One platform
 * thread; allocates nothing per packet.
 */
final class Inbound implements Runnable {
  private static final int BATCH = 32;
  private static final int LONGEST = 1 << 16;

  /**
   * Makes a slot an odd number of cache lines: begins of slots 64 KiB apart would all compete for
   * the same few lines of the processor's caches.
   */
  private static final int HEADROOM = 64;

  private final RawIpSocket wire;
  private final TunDevice tun;
  private final ReadWaiter waiter;
  private final Supplier<LookupTable> table;
  private final Counters counters;
  private final ReceiveBatch batch = new ReceiveBatch(BATCH, HEADROOM, LONGEST);
  private final ByteBuffer bytes = batch.memory().bytes();
  private final Joiner joiner = new Joiner(bytes, BATCH);
  private final Pieces pieces = new Pieces(batch.memory(), BATCH);

  Inbound(
      RawIpSocket wire,
      TunDevice tun,
      ReadWaiter waiter,
      Supplier<LookupTable> table,
      Counters counters) {
    this.wire = wire;
    this.tun = tun;
    this.waiter = waiter;
    this.table = table;
    this.counters = counters;
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
      throw new KernelException("receive IPIP packets", -packets);
    }
    joiner.clear();
    for (int i = 0; i < packets; i++) {
      accept(i, lookup);
    }
    for (int g = 0; g < joiner.groups(); g++) {
      deliver(g);
    }
    return true;
  }

  private void accept(int i, LookupTable lookup) {
    if (!lookup.isSource(batch.source(i))) {
      counters.add(Counter.DROPPED_UNKNOWN_SOURCE, 1);
      return;
    }
    int inner = Ipip.unwrap(bytes, batch.at(i), batch.length(i));
    if (inner < 0) {
      counters.add(
          inner == Ipip.CONGESTION ? Counter.DROPPED_CONGESTION : Counter.DROPPED_MALFORMED, 1);
      return;
    }
    joiner.add(inner);
  }

  private void deliver(int g) {
    int packets = joiner.packets(g);
    int written = write(g);
    if (written >= 0) {
      counters.add(Counter.RECEIVED_PACKETS, packets);
      counters.add(Counter.RECEIVED_BYTES, joiner.received(g) + (long) packets * Ipip.HEADER);
    } else if (written == -Errno.EIO) {
      counters.add(Counter.DROPPED_DEVICE_DOWN, packets);
    } else if (written == -TunDevice.EBADFD) {
      throw new KernelException("write to TUN device " + tun.name(), -written, "it was deleted");
    } else {
      counters.add(Counter.DROPPED_MALFORMED, packets);
    }
  }

  /** The outer header makes room for the virtio header. */
  private int write(int g) {
    int first = joiner.first(g);
    int inner = joiner.at(first);
    int virtio = inner - VirtioHeader.BYTES;
    int whole = Ipip.totalLength(bytes, inner);
    if (joiner.packets(g) > 1) {
      joiner.finish(g);
    } else {
      VirtioHeader.clear(bytes, virtio);
      if (Unfinished.is(bytes, inner)) {
        Unfinished.describe(bytes, virtio, inner, tun.mtu());
      }
    }
    pieces.clear();
    pieces.add(virtio, VirtioHeader.BYTES + whole);
    for (int p = joiner.next(first); p != Joiner.NONE; p = joiner.next(p)) {
      pieces.add(joiner.payload(p), joiner.payloadLength(p));
    }
    return tun.write(pieces);
  }
}
