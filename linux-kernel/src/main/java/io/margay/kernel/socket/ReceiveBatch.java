package io.margay.kernel.socket;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.Mmsghdr;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Room for several packets to receive in one call, with the records that recvmmsg wants (layouts of
 * {@code struct mmsghdr}, {@code iovec} and {@code sockaddr_in} on 64-bit Linux). Allocated once;
 * owned by one thread.
 *
 * <p>Packet {@code i} is received at {@link #at} in {@link #memory}.
 */
public final class ReceiveBatch {
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_ADDR = 4;

  /** {@code struct cmsghdr} with an int behind it: its length, and that with padding. */
  private static final int CONTROL = 20;

  private static final int CONTROL_SPACE = 24;
  private static final int UDP_GRO = 104;

  private final int capacity;
  private final int headroom;
  private final int slot;
  private final PacketMemory memory;
  private final ByteBuffer records;
  private final long recordsAddress;
  private final int names;
  private final int controls;

  /**
   * @param capacity how many packets
   * @param headroom bytes left free before each
   * @param length the longest that is received whole
   */
  public ReceiveBatch(int capacity, int headroom, int length) {
    this.capacity = capacity;
    this.headroom = headroom;
    this.slot = headroom + length;
    this.memory = new PacketMemory(capacity * slot);
    this.records =
        Libc.buffer(capacity * (Mmsghdr.BYTES + Pieces.RECORD + SOCKADDR_IN + CONTROL_SPACE));
    this.recordsAddress = PacketLibc.address(records);
    int iovecs = capacity * Mmsghdr.BYTES;
    this.names = iovecs + capacity * Pieces.RECORD;
    this.controls = names + capacity * SOCKADDR_IN;
    for (int i = 0; i < capacity; i++) {
      int iovec = iovecs + i * Pieces.RECORD;
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.NAME, recordsAddress + name(i));
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOV, recordsAddress + iovec);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.IOVLEN, 1);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.CONTROL, recordsAddress + control(i));
      records.putLong(iovec, memory.address(at(i), length));
      records.putLong(iovec + Long.BYTES, length);
    }
  }

  public int capacity() {
    return capacity;
  }

  public PacketMemory memory() {
    return memory;
  }

  /** Where packet {@code i} begins. */
  public int at(int i) {
    return i * slot + headroom;
  }

  /** Makes all of it free; the kernel has written over some of the records. */
  void reset() {
    for (int i = 0; i < capacity; i++) {
      records.putInt(i * Mmsghdr.BYTES + Mmsghdr.NAMELEN, SOCKADDR_IN);
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.CONTROLLEN, CONTROL_SPACE);
    }
  }

  /** Bytes of received packet {@code i}. */
  public int length(int i) {
    return records.getInt(i * Mmsghdr.BYTES + Mmsghdr.LEN);
  }

  /**
   * Bytes of each datagram in received packet {@code i}, the last may be shorter: all of it, unless
   * the kernel has joined several ({@link UdpSocket#joined}).
   */
  public int segment(int i) {
    int at = control(i);
    if (records.getLong(i * Mmsghdr.BYTES + Mmsghdr.CONTROLLEN) < CONTROL
        || records.getInt(at + Long.BYTES) != SendBatch.SOL_UDP
        || records.getInt(at + Long.BYTES + Integer.BYTES) != UDP_GRO) {
      return length(i);
    }
    int size = records.getInt(at + 2 * Long.BYTES);
    return size > 0 ? size : length(i);
  }

  /** The IPv4 address that received packet {@code i} came from. */
  public int source(int i) {
    int value = records.getInt(name(i) + SIN_ADDR);
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  /** The record of packet {@code i} and those behind it. */
  long messages(int i) {
    return recordsAddress + (long) i * Mmsghdr.BYTES;
  }

  private int name(int i) {
    return names + i * SOCKADDR_IN;
  }

  private int control(int i) {
    return controls + i * CONTROL_SPACE;
  }
}
