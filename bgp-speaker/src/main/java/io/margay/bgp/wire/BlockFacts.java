package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;

/**
 * What the decision process and the rules of BGP ask of a block (see {@link AttributeBlock}), read
 * in one pass and without objects. Used again for block after block, by one thread.
 */
public final class BlockFacts {
  /** No AS: the route is of the own AS, or from behind a set; or nobody marked it. */
  public static final long NO_AS = -1;

  // Communities that BGP itself looks at, as bits of wellKnown().
  /** RFC 1997. */
  public static final int NO_EXPORT = 1;

  /** RFC 1997. */
  public static final int NO_ADVERTISE = 1 << 1;

  /** RFC 1997. */
  public static final int NO_EXPORT_SUBCONFED = 1 << 2;

  /** RFC 8326. */
  public static final int GRACEFUL_SHUTDOWN = 1 << 3;

  /** RFC 9494. */
  public static final int LLGR_STALE = 1 << 4;

  /** RFC 9494. */
  public static final int NO_LLGR = 1 << 5;

  private static final int SET = 1;
  private static final int SEQUENCE = 2;

  private int present;
  private int origin;
  private int asPathLength;
  private long neighbourAs;
  private int nextHopBits;
  private long nextHopHigh;
  private long nextHopLow;
  private long med;
  private long localPref;
  private int wellKnown;
  private int originatorId;
  private int clusterListLength;
  private long onlyToCustomer;

  /** Reads another block; all that was known of the one before is forgotten. */
  public void scan(byte[] bytes, int from, int to) {
    clear();
    int at = from;
    while (at < to) {
      int code = bytes[at + 1] & 0xff;
      int value = AttributeBlock.value(bytes, at);
      at = AttributeBlock.next(bytes, at);
      if (code < Integer.SIZE) {
        present |= 1 << code;
      }
      switch (code) {
        case AttributeCode.ORIGIN -> origin = bytes[value];
        case AttributeCode.AS_PATH -> scanAsPath(bytes, value, at);
        case AttributeCode.NEXT_HOP -> scanNextHop(bytes, value, at);
        case AttributeCode.MED -> med = BigEndian.u32(bytes, value);
        case AttributeCode.LOCAL_PREF -> localPref = BigEndian.u32(bytes, value);
        case AttributeCode.COMMUNITIES -> scanCommunities(bytes, value, at);
        case AttributeCode.ORIGINATOR_ID -> originatorId = BigEndian.i32(bytes, value);
        case AttributeCode.CLUSTER_LIST -> clusterListLength = (at - value) / 4;
        case AttributeCode.ONLY_TO_CUSTOMER -> onlyToCustomer = BigEndian.u32(bytes, value);
        default -> {}
      }
    }
  }

  /** The code of ORIGIN, 0 to 2. */
  public int origin() {
    return origin;
  }

  /** Length as the decision process counts it: a set is one, confederation segments nothing. */
  public int asPathLength() {
    return asPathLength;
  }

  /** The AS that the route was received from, or {@link #NO_AS}. */
  public long neighbourAs() {
    return neighbourAs;
  }

  /** 32 or 128; 0 without one. */
  public int nextHopBits() {
    return nextHopBits;
  }

  /** Upper half of the next hop; an IPv4 address stands in the upper 32 bits. */
  public long nextHopHigh() {
    return nextHopHigh;
  }

  /** Lower half of an IPv6 next hop. */
  public long nextHopLow() {
    return nextHopLow;
  }

  public boolean hasMed() {
    return has(AttributeCode.MED);
  }

  /** 0 to 4294967295; 0 without one, which is how it counts. */
  public long med() {
    return med;
  }

  public boolean hasLocalPref() {
    return has(AttributeCode.LOCAL_PREF);
  }

  /** 0 to 4294967295; its default without one. */
  public long localPref() {
    return localPref;
  }

  /** The bits of those of the communities above that the route carries. */
  public int wellKnown() {
    return wellKnown;
  }

  public boolean hasOriginatorId() {
    return has(AttributeCode.ORIGINATOR_ID);
  }

  /** 0 without one. */
  public int originatorId() {
    return originatorId;
  }

  public int clusterListLength() {
    return clusterListLength;
  }

  /** The AS that sent the route down, or sideways, first (RFC 9234, 5), or {@link #NO_AS}. */
  public long onlyToCustomer() {
    return onlyToCustomer;
  }

  /** How often the AS occurs in the path of a block; more often than allowed means a loop. */
  public static int countAs(byte[] bytes, int from, int to, long asn) {
    int attribute = AttributeBlock.find(bytes, from, to, AttributeCode.AS_PATH);
    if (attribute == to) {
      return 0;
    }
    int end = AttributeBlock.next(bytes, attribute);
    int at = AttributeBlock.value(bytes, attribute);
    int count = 0;
    while (at < end) {
      int segmentEnd = at + 2 + 4 * (bytes[at + 1] & 0xff);
      for (at += 2; at < segmentEnd; at += 4) {
        if (BigEndian.i32(bytes, at) == (int) asn) {
          count++;
        }
      }
    }
    return count;
  }

  /** True when the cluster list of a block has this identifier. */
  public static boolean hasCluster(byte[] bytes, int from, int to, int cluster) {
    int attribute = AttributeBlock.find(bytes, from, to, AttributeCode.CLUSTER_LIST);
    if (attribute == to) {
      return false;
    }
    int end = AttributeBlock.next(bytes, attribute);
    for (int at = AttributeBlock.value(bytes, attribute); at < end; at += 4) {
      if (BigEndian.i32(bytes, at) == cluster) {
        return true;
      }
    }
    return false;
  }

  private boolean has(int code) {
    return (present & 1 << code) != 0;
  }

  private void clear() {
    present = 0;
    origin = 0;
    asPathLength = 0;
    neighbourAs = NO_AS;
    nextHopBits = 0;
    nextHopHigh = 0;
    nextHopLow = 0;
    med = 0;
    localPref = Attributes.DEFAULT_LOCAL_PREF;
    wellKnown = 0;
    originatorId = 0;
    clusterListLength = 0;
    onlyToCustomer = NO_AS;
  }

  // RFC 4271, 9.1.2.2 a; RFC 5065, 5.3: confederation segments count for nothing.
  private void scanAsPath(byte[] bytes, int from, int to) {
    boolean first = true;
    int at = from;
    while (at < to) {
      int type = bytes[at];
      int asns = bytes[at + 1] & 0xff;
      if (type == SEQUENCE) {
        asPathLength += asns;
        neighbourAs = first ? BigEndian.u32(bytes, at + 2) : neighbourAs;
      } else if (type == SET) {
        asPathLength++;
      }
      first &= type != SEQUENCE && type != SET;
      at += 2 + 4 * asns;
    }
  }

  private void scanNextHop(byte[] bytes, int from, int to) {
    if (to - from == 4) {
      nextHopBits = 32;
      nextHopHigh = (long) BigEndian.i32(bytes, from) << 32;
    } else {
      nextHopBits = 128;
      nextHopHigh = BigEndian.i64(bytes, from);
      nextHopLow = BigEndian.i64(bytes, from + 8);
    }
  }

  private void scanCommunities(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += 4) {
      int community = BigEndian.i32(bytes, at);
      if (community >>> 16 == 0xffff) {
        wellKnown |= bitOf(community);
      }
    }
  }

  private static int bitOf(int community) {
    return switch (community) {
      case 0xffffff01 -> NO_EXPORT;
      case 0xffffff02 -> NO_ADVERTISE;
      case 0xffffff03 -> NO_EXPORT_SUBCONFED;
      case 0xffff0000 -> GRACEFUL_SHUTDOWN;
      case 0xffff0006 -> LLGR_STALE;
      case 0xffff0007 -> NO_LLGR;
      default -> 0;
    };
  }
}
