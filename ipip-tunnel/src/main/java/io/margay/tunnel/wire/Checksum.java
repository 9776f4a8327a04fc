package io.margay.tunnel.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * The Internet checksum (RFC 1071) of parts of one buffer, which is in network byte order. Sums are
 * folded to 16 bits. Owned by one thread.
 *
 * <p>The bulk of a packet is copied into an array and added there: with the client compiler, which
 * keeps the process small, 1400 bytes cost 0.3 microseconds so, and 3.3 when read from the buffer.
 */
final class Checksum {
  private static final int ALIGNMENT = Long.BYTES - 1;
  private static final int LONGEST = 1 << 16;
  private static final long LOW_HALF = 0xffffffffL;

  private static final int SOURCE = 12;
  private static final int ADDRESSES = 8;

  private final ByteBuffer bytes;
  private final LongBuffer longs;
  private final long[] copy = new long[LONGEST / Long.BYTES];

  Checksum(ByteBuffer bytes) {
    this.bytes = bytes;
    // The sum of swapped bytes is the swapped sum (RFC 1071, 2): no need to swap each word.
    this.longs = bytes.duplicate().clear().order(ByteOrder.nativeOrder()).asLongBuffer();
  }

  /** Ones' complement sum of at most 64 KiB; an odd last byte counts as followed by zero. */
  int sum(int at, int length) {
    int end = at + length;
    int first = Math.min((at + ALIGNMENT) & ~ALIGNMENT, end);
    int last = Math.max(end & ~ALIGNMENT, first);
    int middle = fold(words(first / Long.BYTES, (last - first) / Long.BYTES));
    boolean littleEndian = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    boolean odd = (at & 1) != 0;
    int inOrder = littleEndian == odd ? middle : Short.reverseBytes((short) middle) & 0xffff;
    return fold((long) inOrder + edge(at, at, first) + edge(at, last, end));
  }

  /** Sum of addresses, protocol and length (RFC 9293, 3.1) of the IPv4 packet at this place. */
  int pseudo(int at, int protocol, int length) {
    return fold((long) sum(at + SOURCE, ADDRESSES) + protocol + length);
  }

  /** Adds 64 bits at a time, their halves apart: 64 KiB are too short to carry over. */
  private long words(int index, int count) {
    if (count == 0) {
      return 0;
    }
    longs.get(index, copy, 0, count);
    long sum = 0;
    for (int i = 0; i < count; i++) {
      long value = copy[i];
      sum += (value & LOW_HALF) + (value >>> 32);
    }
    return sum;
  }

  private int edge(int begin, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      int value = bytes.get(i) & 0xff;
      sum += ((i - begin) & 1) == 0 ? value << 8 : value;
    }
    return sum;
  }

  /** Adds the carries of a sum of sums. */
  static int fold(long sum) {
    long folded = (sum & LOW_HALF) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16 & 0xffff) + (folded >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }
}
