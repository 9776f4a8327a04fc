package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/**
 * IPv4 in IPv4 (RFC 2003) as a {@code tunl0} of Linux does it, whose TTL is "inherit" and whose
 * path MTU discovery is off: outer TTL and DF are the inner packet's, the outer DSCP is zero, ECN
 * follows RFC 6040. Buffers are in network byte order.
 */
public final class Ipip {
  /** The IP protocol number. */
  public static final int PROTOCOL = 4;

  /** Bytes of the outer header. */
  public static final int HEADER = 20;

  /** {@link #unwrap}: no whole IPv4 packet inside. */
  public static final int MALFORMED = -1;

  /** {@link #unwrap}: RFC 6040, 4.2: CE outside, not ECN-capable inside. */
  public static final int CONGESTION = -2;

  /** Offset in an IPv4 header. */
  private static final int TOS = 1;

  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int TTL = 8;
  private static final int PROTO = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;

  private static final byte VERSION_4_IHL_5 = 0x45;
  private static final int DONT_FRAGMENT = 0x4000;

  private static final int ECN_MASK = 3;
  private static final int NOT_ECT = 0;
  private static final int ECT_1 = 1;
  private static final int ECT_0 = 2;
  private static final int CE = 3;

  private Ipip() {}

  /** Whether {@code length} bytes at this place begin with an IPv4 header. */
  public static boolean isIpv4(ByteBuffer bytes, int at, int length) {
    return length >= HEADER && (bytes.get(at) & 0xf0) == 0x40;
  }

  public static int destination(ByteBuffer bytes, int at) {
    return bytes.getInt(at + DESTINATION);
  }

  public static int source(ByteBuffer bytes, int at) {
    return bytes.getInt(at + SOURCE);
  }

  /** Whether the packet may be cut into fragments. */
  public static boolean mayFragment(ByteBuffer bytes, int at) {
    return (bytes.getShort(at + FRAGMENT) & DONT_FRAGMENT) == 0;
  }

  /**
   * Writes the outer header into the 20 bytes before a packet. The checksum is the kernel's to
   * fill.
   *
   * @param identification what tells fragments of different packets apart; the low 16 bits count
   */
  public static void wrap(
      ByteBuffer bytes, int inner, int length, int source, int destination, int identification) {
    int outer = inner - HEADER;
    int innerTos = bytes.get(inner + TOS);
    bytes.put(outer, VERSION_4_IHL_5);
    bytes.put(outer + TOS, (byte) outerEcn(innerTos & ECN_MASK));
    bytes.putShort(outer + TOTAL_LENGTH, (short) (length + HEADER));
    bytes.putShort(outer + IDENTIFICATION, (short) identification);
    bytes.putShort(outer + FRAGMENT, (short) (bytes.getShort(inner + FRAGMENT) & DONT_FRAGMENT));
    bytes.put(outer + TTL, bytes.get(inner + TTL));
    bytes.put(outer + PROTO, (byte) PROTOCOL);
    bytes.putShort(outer + CHECKSUM, (short) 0);
    bytes.putInt(outer + SOURCE, source);
    bytes.putInt(outer + DESTINATION, destination);
  }

  /**
   * RFC 6040, 4.1, and RFC 3168, 9.1.1: congestion met before the tunnel is not repeated outside.
   */
  private static int outerEcn(int inner) {
    return inner == CE ? ECT_0 : inner;
  }

  /**
   * Where the inner packet of a received one begins, once it was looked through; its ECN field then
   * says what the outer one met.
   *
   * @return its offset, or {@link #MALFORMED}, or {@link #CONGESTION}
   */
  public static int unwrap(ByteBuffer bytes, int outer, int length) {
    if (!isIpv4(bytes, outer, length)) {
      return MALFORMED;
    }
    int header = (bytes.get(outer) & 15) * 4;
    int inner = outer + header;
    int room = length - header;
    if (header < HEADER || !isWhole(bytes, inner, room)) {
      return MALFORMED;
    }
    int outerEcn = bytes.get(outer + TOS) & ECN_MASK;
    int innerEcn = bytes.get(inner + TOS) & ECN_MASK;
    if (innerEcn == NOT_ECT) {
      return outerEcn == CE ? CONGESTION : inner;
    }
    if (outerEcn == CE || (outerEcn == ECT_1 && innerEcn == ECT_0)) {
      setEcn(bytes, inner, outerEcn);
    }
    return inner;
  }

  /** Whether so many bytes begin with a whole IPv4 packet. */
  static boolean isWhole(ByteBuffer bytes, int at, int room) {
    if (!isIpv4(bytes, at, room)) {
      return false;
    }
    int header = (bytes.get(at) & 15) * 4;
    int total = totalLength(bytes, at);
    return header >= HEADER && total >= header && total <= room;
  }

  /** Total length of the packet at this place. */
  public static int totalLength(ByteBuffer bytes, int at) {
    return bytes.getShort(at + TOTAL_LENGTH) & 0xffff;
  }

  /** Changes the field and the header's checksum with it (RFC 1624, equation 3). */
  private static void setEcn(ByteBuffer bytes, int at, int ecn) {
    int before = bytes.getShort(at) & 0xffff;
    int after = (before & ~ECN_MASK) | ecn;
    bytes.putShort(at, (short) after);
    int sum = (~bytes.getShort(at + CHECKSUM) & 0xffff) + (~before & 0xffff) + after;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    bytes.putShort(at + CHECKSUM, (short) ~sum);
  }
}
