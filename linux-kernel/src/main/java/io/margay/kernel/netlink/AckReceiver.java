package io.margay.kernel.netlink;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.Mmsghdr;
import io.margay.kernel.libc.PacketLibc;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;
import java.nio.ByteBuffer;

/**
 * Receives the answers to a block of requests, many in one call: each is a datagram of its own.
 * Makes an object only of a refusal. Layouts of {@code struct mmsghdr} and {@code iovec} on 64-bit
 * Linux.
 */
final class AckReceiver {
  private static final int CAPACITY = 128;

  /** An ACK has 36 bytes; the words of a refusal take up to some 150 more. */
  private static final int SLOT = 512;

  /** Waits for the first only. */
  private static final int MSG_WAITFORONE = 0x10000;

  private static final int LEAST_BYTES = Nlm.HEADER_BYTES + Integer.BYTES;

  private final ByteBuffer slots = Libc.buffer(CAPACITY * SLOT);
  private final ByteBuffer records = Libc.buffer(CAPACITY * (Mmsghdr.BYTES + Mmsghdr.IOVEC_BYTES));
  private final long recordsAddress = PacketLibc.address(records);
  private final MessageCursor cursor = new MessageCursor();

  AckReceiver() {
    long slotsAddress = PacketLibc.address(slots);
    for (int i = 0; i < CAPACITY; i++) {
      int iovec = CAPACITY * Mmsghdr.BYTES + i * Mmsghdr.IOVEC_BYTES;
      records.putLong(iovec, slotsAddress + (long) i * SLOT).putLong(iovec + Long.BYTES, SLOT);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOV, recordsAddress + iovec);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOVLEN, 1);
    }
  }

  /** Waits until each request of the block that was sent has its answer. */
  void collect(Fd fd, int port, RequestBlock block) {
    int first = block.bytes().first();
    int missing = block.count();
    while (missing > 0) {
      int wanted = Math.min(CAPACITY, missing);
      int received = PacketLibc.receiveMany(fd, recordsAddress, wanted, MSG_WAITFORONE);
      if (received < 0) {
        throw new KernelException("answers to " + block.count() + " requests", -received);
      }
      for (int i = 0; i < received; i++) {
        int at = i * SLOT;
        int length = Math.min(SLOT, records.getInt(i * Mmsghdr.BYTES + Mmsghdr.LEN));
        int request = slots.getInt(at + 8) - first;
        boolean ours = request >= 0 && request < block.count() && slots.getInt(at + 12) == port;
        if (ours && length >= LEAST_BYTES && typeAt(at) == Nlm.ERROR) {
          missing--;
          if (slots.getInt(at + Nlm.HEADER_BYTES) != 0) {
            block.refused(request, refusal(at, length));
          }
        }
      }
    }
  }

  private Ack refusal(int at, int length) {
    int end = at + Math.min(length, Math.max(Nlm.HEADER_BYTES, slots.getInt(at)));
    cursor.over(slots, at + Nlm.HEADER_BYTES, end);
    return AckBytes.read(cursor, Nlm.ERROR, slots.getShort(at + 6) & 0xffff);
  }

  private int typeAt(int at) {
    return slots.getShort(at + 4) & 0xffff;
  }
}
