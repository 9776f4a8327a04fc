package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import java.util.Arrays;

/**
 * Finds the path attributes of an UPDATE in its bytes and checks them, as far as they are plain:
 * known ones without any fault, from a speaker with four-byte AS numbers, for families that were
 * agreed on. Then writes them as a block. What is not plain is left to {@link UpdateDecoder}. Used
 * again for UPDATE after UPDATE, by one thread.
 */
final class AttributeScan {
  private static final int CODES = Long.SIZE;
  private static final int LARGE_BYTES = 12;

  /** Most large communities that are compared with each other here. */
  private static final int MOST_LARGE = 32;

  private static final long NEXT_HOP_BIT = 1L << AttributeCode.NEXT_HOP;
  private static final long MULTIPROTOCOL_BITS =
      (1L << AttributeCode.MP_REACH) | (1L << AttributeCode.MP_UNREACH);

  private static final int[] FLAGS = new int[CODES];

  static {
    for (AttributeSpec spec : AttributeSpecs.ALL) {
      FLAGS[spec.code()] = spec.flags();
    }
  }

  private final WireFormat format;
  private final boolean ip4;
  private final boolean ip6;
  private final boolean internal;
  private final int[] valueAt = new int[CODES];
  private final int[] valueLength = new int[CODES];
  private long present;
  private long partial;
  private boolean canonical;
  private Family reachFamily = Family.IPV4;
  private Family unreachFamily = Family.IPV4;

  AttributeScan(WireFormat format) {
    this.format = format;
    this.ip4 = format.families().contains(Family.IPV4);
    this.ip6 = format.families().contains(Family.IPV6);
    this.internal = format.internal();
  }

  /** True when all up to {@code to} is plain; the rest of this class then tells of it. */
  boolean scan(byte[] in, int from, int to) {
    present = 0;
    partial = 0;
    canonical = true;
    int last = 0;
    int at = from;
    while (at < to) {
      int flags = in[at] & 0xff;
      boolean extended = (flags & AttributeSpec.EXTENDED_LENGTH) != 0;
      int value = at + (extended ? 4 : 3);
      if (value > to) {
        return false;
      }
      int code = in[at + 1] & 0xff;
      int length = extended ? BigEndian.u16(in, at + 2) : in[at + 2] & 0xff;
      at = value + length;
      if (at > to || code >= CODES || has(code)) {
        return false;
      }
      if ((flags & AttributeSpec.OPTIONAL_TRANSITIVE) != FLAGS[code]
          || !isGood(in, code, value, length)) {
        return false;
      }
      note(flags, code, value, length);
      canonical &= code > last;
      last = code;
    }
    return true;
  }

  boolean has(int code) {
    return (present & (1L << code)) != 0;
  }

  /** Where a value begins that {@link #has is there}. */
  int valueAt(int code) {
    return valueAt[code];
  }

  int valueLength(int code) {
    return valueLength[code];
  }

  boolean hasMultiprotocol() {
    return (present & MULTIPROTOCOL_BITS) != 0;
  }

  Family reachFamily() {
    return reachFamily;
  }

  Family unreachFamily() {
    return unreachFamily;
  }

  /**
   * Appends the block to the run's bytes.
   *
   * @param from where the attributes that were scanned begin
   * @param hop where the next hop begins, in NEXT_HOP or in MP_REACH_NLRI
   */
  void writeBlock(byte[] in, int from, int to, int hop, int hopLength, UpdateRun out) {
    out.blockRoom(to - from + 64);
    if (canonical) {
      System.arraycopy(in, from, out.blocks, out.blocksEnd, to - from);
      out.blocksEnd += to - from;
      return;
    }
    byte[] block = out.blocks;
    int at = out.blocksEnd;
    long left = (present & ~MULTIPROTOCOL_BITS) | NEXT_HOP_BIT;
    while (left != 0) {
      int code = Long.numberOfTrailingZeros(left);
      left &= left - 1;
      int value = code == AttributeCode.NEXT_HOP ? hop : valueAt[code];
      int length = code == AttributeCode.NEXT_HOP ? hopLength : valueLength[code];
      at = AttributeBlock.putHeader(block, at, flags(code, length), code, length);
      System.arraycopy(in, value, block, at, length);
      at += length;
    }
    out.blocksEnd = at;
  }

  private void note(int flags, int code, int value, int length) {
    long bit = 1L << code;
    present |= bit;
    if ((flags & AttributeSpec.PARTIAL) != 0 && FLAGS[code] == AttributeSpec.OPTIONAL_TRANSITIVE) {
      partial |= bit;
    }
    valueAt[code] = value;
    valueLength[code] = length;
    canonical &= flags == flags(code, length) && (bit & MULTIPROTOCOL_BITS) == 0;
  }

  private int flags(int code, int length) {
    return FLAGS[code]
        | ((partial & (1L << code)) != 0 ? AttributeSpec.PARTIAL : 0)
        | (length > 255 ? AttributeSpec.EXTENDED_LENGTH : 0);
  }

  private boolean isGood(byte[] in, int code, int at, int length) {
    return switch (code) {
      case AttributeCode.ORIGIN -> length == 1 && (in[at] & 0xff) <= 2;
      case AttributeCode.AS_PATH -> isPath(in, at, at + length);
      case AttributeCode.NEXT_HOP, AttributeCode.MED, AttributeCode.ONLY_TO_CUSTOMER -> length == 4;
      case AttributeCode.LOCAL_PREF, AttributeCode.ORIGINATOR_ID -> length == 4 && internal;
      case AttributeCode.ATOMIC_AGGREGATE -> length == 0;
      case AttributeCode.AGGREGATOR -> length == 8 && BigEndian.i32(in, at) != 0;
      case AttributeCode.COMMUNITIES -> length > 0 && (length & 3) == 0;
      case AttributeCode.CLUSTER_LIST -> length > 0 && (length & 3) == 0 && internal;
      case AttributeCode.EXTENDED_COMMUNITIES -> length > 0 && (length & 7) == 0;
      case AttributeCode.LARGE_COMMUNITIES -> areDifferent(in, at, length);
      case AttributeCode.MP_REACH -> isReach(in, at, length);
      case AttributeCode.MP_UNREACH -> isUnreach(in, at, length);
      default -> false;
    };
  }

  // RFC 7606, 7.2; RFC 7607, 2; RFC 5065, 5.
  private boolean isPath(byte[] in, int from, int to) {
    int most = internal ? 4 : 2;
    int at = from;
    while (at < to) {
      if (to - at < 2 || in[at] < 1 || in[at] > most || in[at + 1] == 0) {
        return false;
      }
      int end = at + 2 + 4 * (in[at + 1] & 0xff);
      if (end > to) {
        return false;
      }
      for (at += 2; at < end; at += 4) {
        if (BigEndian.i32(in, at) == 0) {
          return false;
        }
      }
    }
    return true;
  }

  // RFC 8092, 5: equal ones are one. That is done where there are objects.
  private static boolean areDifferent(byte[] in, int at, int length) {
    if (length == 0 || length % LARGE_BYTES != 0 || length > MOST_LARGE * LARGE_BYTES) {
      return false;
    }
    for (int a = LARGE_BYTES; a < length; a += LARGE_BYTES) {
      for (int b = 0; b < a; b += LARGE_BYTES) {
        if (Arrays.equals(in, at + a, at + a + LARGE_BYTES, in, at + b, at + b + LARGE_BYTES)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isReach(byte[] in, int at, int length) {
    if (length < 5 || !isAgreed(in, at)) {
      return false;
    }
    reachFamily = family(in, at);
    int hopLength = in[at + 3] & 0xff;
    boolean six = reachFamily == Family.IPV6 || format.extendedNextHop();
    boolean fitting =
        hopLength == 4 ? reachFamily == Family.IPV4 : six && (hopLength == 16 || hopLength == 32);
    return fitting && hopLength + 5 <= length;
  }

  private boolean isUnreach(byte[] in, int at, int length) {
    if (length < 3 || !isAgreed(in, at)) {
      return false;
    }
    unreachFamily = family(in, at);
    return true;
  }

  private boolean isAgreed(byte[] in, int at) {
    int afi = BigEndian.u16(in, at);
    return in[at + 2] == Capability.SAFI_UNICAST
        && (afi == Family.IPV4.afi() ? ip4 : afi == Family.IPV6.afi() && ip6);
  }

  private static Family family(byte[] in, int at) {
    return BigEndian.u16(in, at) == Family.IPV4.afi() ? Family.IPV4 : Family.IPV6;
  }
}
