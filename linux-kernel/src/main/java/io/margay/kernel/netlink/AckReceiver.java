package io.margay.kernel.netlink;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.Mmsghdr;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;

/**
 * Receives the answers to blocks of requests, many in one call: each is a datagram of its own.
 * Layouts of {@code struct mmsghdr} and {@code iovec} on 64-bit Linux.
 */
final class AckReceiver {
  private static final int CAPACITY = 128;

  /** An ACK has 36 bytes; the words of a refusal take up to some 150 more. */
  private static final int SLOT = 512;

  /** Waits for the first only. */
  private static final int MSG_WAITFORONE = 0x10000;

  private final ByteBuffer slots = Libc.buffer(CAPACITY * SLOT);
  private final ByteBuffer records = Libc.buffer(CAPACITY * (Mmsghdr.BYTES + Mmsghdr.IOVEC_BYTES));
  private final long recordsAddress = PacketLibc.address(records);
  private final BlockAnswers answers = new BlockAnswers();

  /** How many slots the last call has filled. */
  private int received;

  /**
   * How many of those were read: what is left belongs to the blocks behind the one that is full.
   */
  private int taken;

  AckReceiver() {
    long slotsAddress = PacketLibc.address(slots);
    for (int i = 0; i < CAPACITY; i++) {
      int iovec = CAPACITY * Mmsghdr.BYTES + i * Mmsghdr.IOVEC_BYTES;
      records.putLong(iovec, slotsAddress + (long) i * SLOT).putLong(iovec + Long.BYTES, SLOT);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOV, recordsAddress + iovec);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOVLEN, 1);
    }
  }

  /**
   * Waits until the kernel is through with a block that was sent; blocks in the order of their
   * sends.
   *
   * @throws KernelException when answers were lost (ENOBUFS) or do not come (EAGAIN): what became
   *     of this block and of all behind it is not known
   */
  void collect(Fd fd, int port, RequestBlock block) {
    boolean through = block.count() == 0;
    while (!through) {
      if (taken == received) {
        receive(fd, block);
      }
      int length = Math.min(SLOT, records.getInt(taken * Mmsghdr.BYTES + Mmsghdr.LEN));
      through = answers.take(block, slots, taken * SLOT, length, port);
      taken++;
    }
  }

  /** Forgets all answers that have come; for when nothing is under way. */
  void drop(Fd fd) {
    int count;
    do {
      count = PacketLibc.receiveMany(fd, recordsAddress, CAPACITY, Libc.MSG_DONTWAIT);
    } while (count > 0 || count == -Errno.ENOBUFS);
    taken = 0;
    received = 0;
  }

  private void receive(Fd fd, RequestBlock block) {
    taken = 0;
    received = 0;
    int count = PacketLibc.receiveMany(fd, recordsAddress, CAPACITY, MSG_WAITFORONE);
    if (count < 0) {
      throw new KernelException("answers to " + block.count() + " requests", -count);
    }
    received = count;
  }
}
