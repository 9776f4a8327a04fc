package io.margay.kernel.socket;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.Mmsghdr;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packets to send in one call, each put together from pieces of one memory, with the records that
 * sendmmsg wants (layouts of {@code struct mmsghdr} and {@code sockaddr_in} on 64-bit Linux).
 * Allocated once; owned by one thread.
 */
public final class SendBatch {
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_PORT = 2;
  private static final int SIN_ADDR = 4;

  /** {@code struct cmsghdr} with a u16 behind it: its length, and that with padding. */
  private static final int CONTROL = 18;

  private static final int CONTROL_SPACE = 24;
  static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;
  private static final short AF_INET = 2;

  private final int capacity;
  private final Pieces pieces;
  private final ByteBuffer records;
  private final long recordsAddress;
  private final int names;
  private final int controls;
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
    this(memory, packets, pieces, 0);
  }

  /**
   * For UDP.
   *
   * @param port where all of them go
   */
  public SendBatch(PacketMemory memory, int packets, int pieces, int port) {
    this.capacity = packets;
    this.pieces = new Pieces(memory, pieces);
    this.records = Libc.buffer(packets * (Mmsghdr.BYTES + SOCKADDR_IN + CONTROL_SPACE));
    this.recordsAddress = PacketLibc.address(records);
    this.names = packets * Mmsghdr.BYTES;
    this.controls = packets * (Mmsghdr.BYTES + SOCKADDR_IN);
    this.firstPieces = new int[packets + 1];
    this.offsets = new int[packets];
    this.lengths = new int[packets];
    for (int i = 0; i < packets; i++) {
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.NAME, recordsAddress + name(i));
      records.putInt(i * Mmsghdr.BYTES + Mmsghdr.NAMELEN, SOCKADDR_IN);
      records.putShort(name(i), AF_INET);
      records.putShort(name(i) + SIN_PORT, bigEndian((short) port));
      records.putLong(i * Mmsghdr.BYTES + Mmsghdr.CONTROL, recordsAddress + control(i));
      records.putLong(control(i), CONTROL);
      records.putInt(control(i) + Long.BYTES, SOL_UDP);
      records.putInt(control(i) + Long.BYTES + Integer.BYTES, UDP_SEGMENT);
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
    records.putLong(count * Mmsghdr.BYTES + Mmsghdr.CONTROLLEN, 0);
    finish(destination);
  }

  /**
   * That packet is whole: the kernel makes UDP datagrams of this size of it, the last one may be
   * shorter.
   */
  public void end(int destination, int segment) {
    records.putLong(count * Mmsghdr.BYTES + Mmsghdr.CONTROLLEN, CONTROL_SPACE);
    records.putShort(control(count) + CONTROL_SPACE - Long.BYTES, (short) segment);
    finish(destination);
  }

  private void finish(int destination) {
    int first = firstPieces[count];
    firstPieces[count + 1] = pieces.count();
    offsets[count] = offset;
    lengths[count] = length;
    records.putLong(count * Mmsghdr.BYTES + Mmsghdr.IOV, pieces.address(first));
    records.putLong(count * Mmsghdr.BYTES + Mmsghdr.IOVLEN, (long) pieces.count() - first);
    boolean asIs = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    records.putInt(name(count) + SIN_ADDR, asIs ? destination : Integer.reverseBytes(destination));
    count++;
    length = 0;
  }

  /** How many packets it has. */
  public int count() {
    return count;
  }

  /** The IPv4 address that packet {@code i} goes to. */
  public int destination(int i) {
    boolean asIs = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    int value = records.getInt(name(i) + SIN_ADDR);
    return asIs ? value : Integer.reverseBytes(value);
  }

  /** Of how many pieces packet {@code i} is made. */
  public int pieces(int i) {
    return firstPieces[i + 1] - firstPieces[i];
  }

  /** Takes two pieces of another batch's packet as the next pieces of this one's. */
  public void addTwo(SendBatch other, int i, int piece) {
    int at = other.firstPieces[i] + piece;
    add(other.pieces.offset(at), other.pieces.length(at));
    add(other.pieces.offset(at + 1), other.pieces.length(at + 1));
  }

  /** Bytes of the first piece of packet {@code i}. */
  public int firstLength(int i) {
    return pieces.length(firstPieces[i]);
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
    return recordsAddress + (long) i * Mmsghdr.BYTES;
  }

  private static short bigEndian(short value) {
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  private int name(int i) {
    return names + i * SOCKADDR_IN;
  }

  private int control(int i) {
    return controls + i * CONTROL_SPACE;
  }
}
