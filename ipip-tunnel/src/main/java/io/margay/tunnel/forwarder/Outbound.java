package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.ReadWaiter;
import io.margay.kernel.socket.TunDevice;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Segments;
import io.margay.tunnel.wire.VirtioHeader;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * From the device to the wire: reads what the kernel routed into the TUN, packets or many segments
 * in one, finds the node for it and hands it to the sender. One platform thread; allocates nothing
 * per packet.
 */
final class Outbound implements Runnable {
  private static final int READS = 64;

  /** Before a packet: the virtio header, then the outer one; a cache line, for alignment. */
  private static final int HEADROOM = 64;

  /** The longest packet that IPv4 has. */
  private static final int LONGEST = 0xffff;

  /** For packets: several of usual size, and behind them one of 64 KiB still. */
  private static final int ROOM = 160 << 10;

  private final TunDevice tun;
  private final ReadWaiter waiter;
  private final Supplier<LookupTable> table;
  private final Counters counters;
  private final PacketMemory memory = new PacketMemory(IpipSender.ROOM + ROOM);
  private final ByteBuffer bytes = memory.bytes();
  private final Segments segments = new Segments(bytes);
  private final WireSender sender;

  /**
   * @param sender makes what sends packets that lie in a memory, behind its own part of it
   */
  Outbound(
      TunDevice tun,
      ReadWaiter waiter,
      Supplier<LookupTable> table,
      Counters counters,
      Function<PacketMemory, WireSender> sender) {
    this.tun = tun;
    this.waiter = waiter;
    this.table = table;
    this.counters = counters;
    this.sender = sender.apply(memory);
  }

  @Override
  public void run() {
    while (!waiter.isStopped()) {
      boolean more = forward(table.get());
      sender.flush();
      if (!more) {
        waiter.await();
      }
    }
  }

  /**
   * Reads as much as there is room for; whether there may be more. What is dropped counts too: a
   * flood of that must not keep a new table, or the end, from being seen.
   */
  private boolean forward(LookupTable lookup) {
    int at = IpipSender.ROOM + HEADROOM;
    for (int reads = 0; reads < READS && at + LONGEST <= bytes.capacity(); reads++) {
      int virtio = at - VirtioHeader.BYTES;
      int read = tun.read(memory, virtio, VirtioHeader.BYTES + LONGEST);
      if (read < 0) {
        if (read == -Errno.EAGAIN) {
          return false;
        }
        throw new KernelException("read from TUN device " + tun.name(), -read);
      }
      int length = read - VirtioHeader.BYTES;
      if (send(virtio, at, length, lookup)) {
        at += HEADROOM + ((length + HEADROOM - 1) & -HEADROOM);
      }
    }
    return true;
  }

  /** Whether the sender has it now, and so its bytes must stay. */
  private boolean send(int virtio, int at, int length, LookupTable lookup) {
    if (!Ipip.isIpv4(bytes, at, length)) {
      return dropped(Counter.DROPPED_NOT_IPV4);
    }
    int node = lookup.node(Ipip.destination(bytes, at));
    if (node == LookupTable.NONE) {
      return dropped(Counter.DROPPED_NO_ROUTE);
    }
    if (VirtioHeader.isSegments(bytes, virtio)) {
      if (!segments.take(virtio, at, length)) {
        return dropped(Counter.DROPPED_MALFORMED);
      }
      sender.segments(segments, lookup, node);
      return true;
    }
    if (!segments.finish(virtio, at, length)) {
      return dropped(Counter.DROPPED_MALFORMED);
    }
    if (length > LONGEST - Ipip.HEADER) {
      return dropped(Counter.DROPPED_TOO_BIG);
    }
    sender.packet(at, length, lookup, node);
    return true;
  }

  private boolean dropped(Counter why) {
    counters.add(why, 1);
    return false;
  }
}
