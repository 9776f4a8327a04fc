package io.margay.kernel.socket;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets to send in one call, each put together from pieces of one memory, with the records that
 * sendmmsg wants (layouts of {@code struct mmsghdr} and {@code sockaddr_in} on 64-bit Linux).
 * Allocated once; owned by one thread.
 */
public final class SendBatch {
  private static final int MMSGHDR = 64;
  private static final int MSG_NAME = 0;
  private static final int MSG_NAMELEN = 8;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_ADDR = 4;
  private static final short AF_INET = 2;

  private final int capacity;
  private final Pieces pieces;
  private final ByteBuffer records;
  private final long recordsAddress;
  private final int names;
  private final int[] firstPieces;
  private final int[] offsets;
  private final int[] lengths;
  private int count;
  private int offset;
  private int length;

  /**
   * @param packets how many packets at most
   * @param pieces of how many pieces at most, all together
   */
  public SendBatch(PacketMemory memory, int packets, int pieces) {
    this.capacity = packets;
    this.pieces = new Pieces(memory, pieces);
    this.records = Libc.buffer(packets * (MMSGHDR + SOCKADDR_IN));
    this.recordsAddress = PacketLibc.address(records);
    this.names = packets * MMSGHDR;
    this.firstPieces = new int[packets + 1];
    this.offsets = new int[packets];
    this.lengths = new int[packets];
    for (int i = 0; i < packets; i++) {
      records.putLong(i * MMSGHDR + MSG_NAME, recordsAddress + name(i));
      records.putInt(i * MMSGHDR + MSG_NAMELEN, SOCKADDR_IN);
      records.putShort(name(i), AF_INET);
    }
  }

  /** Forgets all. */
  public void clear() {
    pieces.clear();
    count = 0;
    length = 0;
  }

  /** Whether one more packet of so many pieces has room. */
  public boolean hasRoom(int more) {
    return count < capacity && pieces.hasRoom(more);
  }

  /** One more piece of the packet that is being put together. */
  public void add(int at, int bytes) {
    if (length == 0) {
      offset = at;
    }
    pieces.add(at, bytes);
    length += bytes;
  }

  /** That packet is whole, and goes to this IPv4 address. */
  public void end(int destination) {
    int first = firstPieces[count];
    firstPieces[count + 1] = pieces.count();
    offsets[count] = offset;
    lengths[count] = length;
    records.putLong(count * MMSGHDR + MSG_IOV, pieces.address(first));
    records.putLong(count * MMSGHDR + MSG_IOVLEN, (long) pieces.count() - first);
    boolean asIs = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    records.putInt(name(count) + SIN_ADDR, asIs ? destination : Integer.reverseBytes(destination));
    count++;
    length = 0;
  }

  /** How many packets it has. */
  public int count() {
    return count;
  }

  /** Where the first piece of packet {@code i} begins. */
  public int offset(int i) {
    return offsets[i];
  }

  /** Bytes of packet {@code i}. */
  public int length(int i) {
    return lengths[i];
  }

  /** Takes bytes off the front of packet {@code i}, which its first piece has. */
  public void skip(int i, int bytes) {
    pieces.skip(firstPieces[i], bytes);
    offsets[i] += bytes;
    lengths[i] -= bytes;
  }

  /** The record of packet {@code i} and those behind it. */
  long messages(int i) {
    return recordsAddress + (long) i * MMSGHDR;
  }

  private int name(int i) {
    return names + i * SOCKADDR_IN;
  }
}
