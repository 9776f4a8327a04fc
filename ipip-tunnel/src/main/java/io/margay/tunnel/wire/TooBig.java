package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/**
 * What a sender is told whose packet, not to be cut, does not fit the way: ICMP "fragmentation
 * needed" (RFC 792, RFC 1191), as the kernel's tunnels tell it. Owned by one thread.
 */
public final class TooBig {
  /** The longest message (RFC 1812, 4.3.2.3). */
  public static final int LONGEST = 576;

  private static final int IP_HEADER = 20;
  private static final int ICMP_HEADER = 8;
  private static final int TOTAL_LENGTH = 2;
  private static final int FRAGMENT = 6;
  private static final int OFFSET_MASK = 0x1fff;
  private static final int PROTO = 9;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;

  private static final byte VERSION_4_IHL_5 = 0x45;
  private static final int TTL_AT = 8;
  private static final byte TTL = 64;
  private static final byte ICMP = 1;
  private static final int TOS_BITS = 0x1e;

  /** Internetwork control: as all of Linux's ICMP errors are marked. */
  private static final int PRECEDENCE = 0xc0;

  private static final byte UNREACHABLE = 3;
  private static final byte TOO_BIG = 4;
  private static final int CHECKSUM = 2;
  private static final int NEXT_HOP_MTU = 6;

  /** ICMP's types that are errors: 3 to 5, 11, 12. */
  private static final int ERRORS = 0b1_1000_0011_1000;

  private static final int LOOPBACK = 127;
  private static final int FIRST_MULTICAST = 224;

  private final ByteBuffer bytes;
  private final Checksum checksum;

  /** For packets in one memory. */
  public TooBig(ByteBuffer bytes) {
    this.bytes = bytes;
    this.checksum = new Checksum(bytes);
  }

  /**
   * Whether a packet's sender is to be told at all (RFC 1122, 3.2.2): not one without an address of
   * its own, nor of a later fragment, nor of an ICMP error.
   *
   * @param length how much of the packet lies at this place
   */
  public boolean isToBeTold(int packet, int length) {
    int header = (bytes.get(packet) & 15) * 4;
    int network = bytes.get(packet + SOURCE) & 0xff;
    if (length < header + ICMP_HEADER
        || network == 0
        || network == LOOPBACK
        || network >= FIRST_MULTICAST
        || (bytes.getShort(packet + FRAGMENT) & OFFSET_MASK) != 0) {
      return false;
    }
    int type = bytes.get(packet + header) & 0xff;
    boolean error = type < Integer.SIZE && (ERRORS >>> type & 1) != 0;
    return bytes.get(packet + PROTO) != ICMP || !error;
  }

  /**
   * Writes the message with its IP header, whose checksum, identification and source the kernel
   * fills in.
   *
   * @param length how much of the packet lies at this place; of this as much is quoted as fits
   * @param mtu what would fit
   * @return bytes of the message
   */
  public int write(int packet, int length, int mtu, int to) {
    int quoted = Math.min(length, LONGEST - IP_HEADER - ICMP_HEADER);
    int total = IP_HEADER + ICMP_HEADER + quoted;
    bytes.putLong(to, 0).putLong(to + 8, 0);
    bytes.put(to, VERSION_4_IHL_5);
    bytes.put(to + 1, (byte) ((bytes.get(packet + 1) & TOS_BITS) | PRECEDENCE));
    bytes.putShort(to + TOTAL_LENGTH, (short) total);
    bytes.put(to + TTL_AT, TTL).put(to + PROTO, ICMP);
    bytes.putInt(to + DESTINATION, bytes.getInt(packet + SOURCE));
    int icmp = to + IP_HEADER;
    bytes.putLong(icmp, 0).put(icmp, UNREACHABLE).put(icmp + 1, TOO_BIG);
    bytes.putShort(icmp + NEXT_HOP_MTU, (short) mtu);
    bytes.put(icmp + ICMP_HEADER, bytes, packet, quoted);
    bytes.putShort(icmp + CHECKSUM, (short) ~checksum.sum(icmp, ICMP_HEADER + quoted));
    return total;
  }
}
