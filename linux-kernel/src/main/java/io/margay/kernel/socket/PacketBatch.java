package io.margay.kernel.socket;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Room for several packets, with the records that sendmmsg and recvmmsg want beside it (layouts of
 * {@code struct mmsghdr}, {@code iovec} and {@code sockaddr_in} on 64-bit Linux). Allocated once;
 * owned by one thread.
 *
 * <p>Slot {@code i} begins at {@link #slot} in {@link #bytes}. Memory of a slot that is never
 * touched costs nothing.
 */
public final class PacketBatch {
  private static final int MMSGHDR = 64;
  private static final int MSG_NAME = 0;
  private static final int MSG_NAMELEN = 8;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_LEN = 56;
  private static final int IOVEC = 16;
  private static final int IOV_LEN = 8;
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_ADDR = 4;
  private static final short AF_INET = 2;

  private final int capacity;
  private final int slotBytes;
  private final ByteBuffer bytes;
  private final long bytesAddress;
  private final ByteBuffer records;
  private final long recordsAddress;
  private final int iovecs;
  private final int names;

  /**
   * @param capacity how many packets
   * @param slotBytes room for each, headers that a caller puts before it included
   */
  public PacketBatch(int capacity, int slotBytes) {
    this.capacity = capacity;
    this.slotBytes = slotBytes;
    this.bytes = ByteBuffer.allocateDirect(capacity * slotBytes).order(ByteOrder.BIG_ENDIAN);
    this.bytesAddress = PacketLibc.address(bytes);
    this.records = Libc.buffer(capacity * (MMSGHDR + IOVEC + SOCKADDR_IN));
    this.recordsAddress = PacketLibc.address(records);
    this.iovecs = capacity * MMSGHDR;
    this.names = iovecs + capacity * IOVEC;
    for (int i = 0; i < capacity; i++) {
      records.putLong(i * MMSGHDR + MSG_NAME, recordsAddress + name(i));
      records.putLong(i * MMSGHDR + MSG_IOV, recordsAddress + iovec(i));
      records.putLong(i * MMSGHDR + MSG_IOVLEN, 1);
    }
  }

  public int capacity() {
    return capacity;
  }

  /** All slots, in network byte order; to be read and written by absolute offsets. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Where slot {@code i} begins in {@link #bytes}. */
  public int slot(int i) {
    return i * slotBytes;
  }

  public int slotBytes() {
    return slotBytes;
  }

  /** Makes message {@code i} a packet of these bytes to an IPv4 address. */
  public void outgoing(int i, int offset, int length, int destination) {
    message(i, offset, length);
    records.putShort(name(i), AF_INET);
    putBigEndian(name(i) + SIN_ADDR, destination);
  }

  /** Makes all messages empty slots to receive into, each {@code offset} bytes from its begin. */
  void incoming(int offset) {
    for (int i = 0; i < capacity; i++) {
      message(i, slot(i) + offset, slotBytes - offset);
    }
  }

  /** Bytes of received message {@code i}. */
  public int length(int i) {
    return records.getInt(i * MMSGHDR + MSG_LEN);
  }

  /** The IPv4 address that received message {@code i} came from. */
  public int source(int i) {
    int value = records.getInt(name(i) + SIN_ADDR);
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }

  long address(int offset) {
    return bytesAddress + offset;
  }

  /** The record of message {@code i} and those behind it. */
  long messages(int i) {
    return recordsAddress + (long) i * MMSGHDR;
  }

  private void message(int i, int offset, int length) {
    records.putInt(i * MMSGHDR + MSG_NAMELEN, SOCKADDR_IN);
    records.putLong(iovec(i), bytesAddress + offset);
    records.putLong(iovec(i) + IOV_LEN, length);
  }

  private void putBigEndian(int at, int value) {
    records.putInt(
        at, ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
  }

  private int iovec(int i) {
    return iovecs + i * IOVEC;
  }

  private int name(int i) {
    return names + i * SOCKADDR_IN;
  }
}
