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
import io.margay.tunnel.wire.VirtioHeader;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * From the device to the wire: reads what the kernel routed into the TUN, puts the outer header
 * before it, sends a batch at a time. One platform thread; allocates nothing per packet.
 */
final class Outbound implements Runnable {
  private static final int BATCH = 64;

  /** Before a packet: the virtio header, then the outer one; a cache line, for alignment. */
  private static final int HEADROOM = 64;

  /** For a packet: jumbo frames are the largest that a device is given. */
  private static final int ROOM = 10_240;

  private static final int SLOT = HEADROOM + ROOM;

  private final TunDevice tun;
  private final RawIpSocket wire;
  private final RawIpSocket fragmenting;
  private final ReadWaiter waiter;
  private final Supplier<LookupTable> table;
  private final Counters counters;
  private final PacketBatch batch = new PacketBatch(BATCH, SLOT);
  private int identification;

  /**
   * @param wire sends packets with their outer header
   * @param fragmenting sends those that the path wants in pieces; the kernel writes that header
   * @param identification where to begin with numbering packets
   */
  Outbound(
      TunDevice tun,
      RawIpSocket wire,
      RawIpSocket fragmenting,
      ReadWaiter waiter,
      Supplier<LookupTable> table,
      Counters counters,
      int identification) {
    this.tun = tun;
    this.wire = wire;
    this.fragmenting = fragmenting;
    this.waiter = waiter;
    this.table = table;
    this.counters = counters;
    this.identification = identification;
  }

  @Override
  public void run() {
    while (waiter.await()) {
      send(read(table.get()));
    }
  }

  /**
   * Fills the batch with what is there; how many packets that are to be sent. What is dropped
   * counts too: a flood of that must not keep a new table, or the end, from being seen.
   */
  private int read(LookupTable lookup) {
    ByteBuffer bytes = batch.bytes();
    int packets = 0;
    for (int reads = 0; reads < BATCH; reads++) {
      int at = batch.slot(packets) + HEADROOM;
      int read = tun.read(batch, at - VirtioHeader.BYTES, ROOM + VirtioHeader.BYTES);
      if (read < 0) {
        if (read == -Errno.EAGAIN) {
          break;
        }
        throw new KernelException("read from TUN device " + tun.name(), -read);
      }
      int length = read - VirtioHeader.BYTES;
      if (!Ipip.isIpv4(bytes, at, length)) {
        counters.add(Counter.DROPPED_NOT_IPV4, 1);
        continue;
      }
      if (Ipip.totalLength(bytes, at) > length) {
        counters.add(Counter.DROPPED_TOO_BIG, 1);
        continue;
      }
      int node = lookup.node(Ipip.destination(bytes, at));
      if (node == LookupTable.NONE) {
        counters.add(Counter.DROPPED_NO_ROUTE, 1);
        continue;
      }
      Ipip.wrap(bytes, at, length, lookup.local(), node, nextIdentification());
      batch.outgoing(packets, at - Ipip.HEADER, length + Ipip.HEADER, node);
      packets++;
    }
    return packets;
  }

  /** Zero would make the kernel choose one, from a counter that others share. */
  private int nextIdentification() {
    identification = (identification + 1) & 0xffff;
    if (identification == 0) {
      identification = 1;
    }
    return identification;
  }

  private void send(int packets) {
    int done = 0;
    while (done < packets) {
      int sent = wire.send(batch, done, packets - done);
      if (sent <= 0) {
        sentAlone(done, -sent);
        done++;
        continue;
      }
      long bytes = 0;
      for (int i = done; i < done + sent; i++) {
        bytes += batch.length(i);
      }
      counters.add(Counter.SENT_PACKETS, sent);
      counters.add(Counter.SENT_BYTES, bytes);
      done += sent;
    }
  }

  /**
   * What to do with a packet that the kernel refused: cut it where that is allowed, else drop it.
   */
  private void sentAlone(int i, int errno) {
    if (errno != Errno.EMSGSIZE) {
      counters.add(Counter.DROPPED_REFUSED, 1);
      return;
    }
    int inner = batch.slot(i) + HEADROOM;
    ByteBuffer bytes = batch.bytes();
    if (!Ipip.mayFragment(bytes, inner)) {
      counters.add(Counter.DROPPED_TOO_BIG, 1);
      return;
    }
    int node = Ipip.destination(bytes, inner - Ipip.HEADER);
    int length = Ipip.totalLength(bytes, inner);
    batch.outgoing(i, inner, length, node);
    if (fragmenting.send(batch, i, 1) == 1) {
      counters.add(Counter.SENT_PACKETS, 1);
      counters.add(Counter.SENT_BYTES, length);
    } else {
      counters.add(Counter.DROPPED_REFUSED, 1);
    }
  }
}
