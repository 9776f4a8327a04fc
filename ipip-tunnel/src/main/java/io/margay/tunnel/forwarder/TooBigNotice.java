package io.margay.tunnel.forwarder;

import io.margay.foundation.reconcile.TokenBucket;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.PathMtu;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.SendBatch;
import io.margay.tunnel.wire.TooBig;

/**
 * Tells pods whose packets do not fit the way, not too often: a message for each packet of a flood
 * would be one. The kernel chooses the source, as it does for its own tunnels. Owned by one thread.
 */
final class TooBigNotice {
  /** Bytes of the memory that it needs. */
  static final int ROOM = 640;

  private static final double PER_SECOND = 100;
  private static final double BURST = 50;

  private final int at;
  private final int overhead;
  private final RawIpSocket socket;
  private final PathMtu path;
  private final TooBig message;
  private final SendBatch batch;
  private final TokenBucket rate;

  /**
   * @param at where in the memory it has {@link #ROOM}
   * @param overhead bytes that a packet gains on its way
   * @param socket sends packets with their header
   */
  TooBigNotice(PacketMemory memory, int at, int overhead, RawIpSocket socket, PathMtu path) {
    this.at = at;
    this.overhead = overhead;
    this.socket = socket;
    this.path = path;
    this.message = new TooBig(memory.bytes());
    this.batch = new SendBatch(memory, 1, 1);
    this.rate = new TokenBucket(PER_SECOND, BURST, System.nanoTime());
  }

  /**
   * Tells the sender of a packet what would reach a node. What cannot be told is not: the packet's
   * loss is counted anyhow.
   *
   * @param packet where it begins, of which so many bytes lie there
   */
  void tell(int packet, int length, int source, int node) {
    if (!message.isToBeTold(packet, length) || rate.take(1, System.nanoTime()) == 0) {
      return;
    }
    int mtu = path.to(node);
    if (mtu <= overhead) {
      return;
    }
    int total = message.write(packet, length, mtu - overhead, at);
    batch.clear();
    batch.add(at, total);
    batch.end(source);
    var _ = socket.send(batch, 0, 1);
  }
}
