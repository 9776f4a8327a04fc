package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.PacketBatch;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.TunDevice;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Unfinished;
import io.margay.tunnel.wire.VirtioHeader;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * From the wire to the device: receives a batch of protocol-4 packets, checks who sent them, takes
 * the outer header off and writes the rest to the TUN. One platform thread; allocates nothing per
 * packet.
 */
final class Inbound implements Runnable {
  private static final int BATCH = 16;
  private static final int SLOT = 65_536;

  private final RawIpSocket wire;
  private final TunDevice tun;
  private final ReadWaiter waiter;
  private final Supplier<LookupTable> table;
  private final Counters counters;
  private final PacketBatch batch = new PacketBatch(BATCH, SLOT);

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
    while (waiter.await()) {
      receive(table.get());
    }
  }

  private void receive(LookupTable lookup) {
    int packets = wire.receive(batch, 0);
    if (packets < 0) {
      if (packets == -Errno.EAGAIN) {
        return;
      }
      throw new KernelException("receive IPIP packets", -packets);
    }
    for (int i = 0; i < packets; i++) {
      accept(i, lookup);
    }
  }

  private void accept(int i, LookupTable lookup) {
    if (!lookup.isSource(batch.source(i))) {
      counters.add(Counter.DROPPED_UNKNOWN_SOURCE, 1);
      return;
    }
    int length = batch.length(i);
    int inner = Ipip.unwrap(batch.bytes(), batch.slot(i), length);
    if (inner < 0) {
      counters.add(
          inner == Ipip.CONGESTION ? Counter.DROPPED_CONGESTION : Counter.DROPPED_MALFORMED, 1);
      return;
    }
    int written = write(inner);
    if (written >= 0) {
      counters.add(Counter.RECEIVED_PACKETS, 1);
      counters.add(Counter.RECEIVED_BYTES, length);
    } else if (written == -Errno.EIO) {
      counters.add(Counter.DROPPED_DEVICE_DOWN, 1);
    } else if (written == -TunDevice.EBADFD) {
      throw new KernelException("write to TUN device " + tun.name(), -written, "it was deleted");
    } else {
      counters.add(Counter.DROPPED_MALFORMED, 1);
    }
  }

  /** The outer header makes room for the virtio header. */
  private int write(int inner) {
    ByteBuffer bytes = batch.bytes();
    int virtio = inner - VirtioHeader.BYTES;
    VirtioHeader.clear(bytes, virtio);
    if (Unfinished.is(bytes, inner)) {
      Unfinished.describe(bytes, virtio, inner, tun.mtu());
    }
    return tun.write(batch, virtio, VirtioHeader.BYTES + Ipip.totalLength(bytes, inner));
  }
}
