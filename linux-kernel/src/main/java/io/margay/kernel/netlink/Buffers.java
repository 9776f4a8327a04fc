package io.margay.kernel.netlink;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.nlmsg.Request;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a socket sends from and receives into. Kept for the next socket: one in a pod's namespace
 * lives for milliseconds, and direct memory is given back only by the collector.
 */
record Buffers(ByteBuffer send, ByteBuffer receive) {
  private static final int SEND_BYTES = 2 * Request.MAX_BYTES;

  /** The kernel sizes the parts of a dump by this, up to 32 KiB; single messages may be larger. */
  private static final int RECEIVE_BYTES = 64 * 1024;

  private static final ConcurrentLinkedQueue<Buffers> FREE = new ConcurrentLinkedQueue<>();

  static Buffers take() {
    Buffers free = FREE.poll();
    return free != null ? free : new Buffers(Libc.buffer(SEND_BYTES), Libc.buffer(RECEIVE_BYTES));
  }

  void giveBack() {
    FREE.add(this);
  }
}
