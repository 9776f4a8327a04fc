package io.margay.bgp.wire;

import java.util.Arrays;

/** Reads prefixes into a run, as {@link Nlri} reads them into objects. */
final class RunNlri {
  /** Shifted by a length its lower half is that network mask. */
  private static final long NETWORK_IP4 = -1L << 32;

  private RunNlri() {}

  /**
   * Appends the IPv4 prefixes of a field. Bits behind a length are dropped.
   *
   * @param withIds each has a path identifier before it (RFC 7911, 3)
   * @return false when a length is too great or the field ends early; some prefixes may be read
   */
  static boolean readIp4(byte[] in, int from, int to, boolean withIds, UpdateRun out) {
    begin(to - from, withIds, out);
    long[] high = out.high;
    byte[] lengths = out.lengths;
    int first = out.prefixes;
    int count = first;
    int at = from;
    while (at < to) {
      if (withIds) {
        if (at + Nlri.ID_BYTES >= to) {
          return false;
        }
        out.ids[count] = BigEndian.i32(in, at);
        at += Nlri.ID_BYTES;
      }
      int length = in[at] & 0xff;
      int next = at + 1 + ((length + 7) >>> 3);
      if (length > 32 || next > to) {
        return false;
      }
      // What stands behind the prefix is read too where it can be, and cut off with the host bits.
      int bits = at + 5 <= in.length ? BigEndian.i32(in, at + 1) : (int) (left(in, at + 1) >>> 32);
      high[count] = (long) (bits & (int) (NETWORK_IP4 >>> length)) << 32;
      lengths[count++] = (byte) length;
      at = next;
    }
    out.prefixes = count;
    if (out.low.length > 0) {
      Arrays.fill(out.low, first, count, 0);
    }
    end(first, withIds, out);
    return true;
  }

  /** The same for IPv6. */
  static boolean readIp6(byte[] in, int from, int to, boolean withIds, UpdateRun out) {
    begin(to - from, withIds, out);
    out.holdLow();
    int first = out.prefixes;
    int count = first;
    int at = from;
    while (at < to) {
      if (withIds) {
        if (at + Nlri.ID_BYTES >= to) {
          return false;
        }
        out.ids[count] = BigEndian.i32(in, at);
        at += Nlri.ID_BYTES;
      }
      int length = in[at] & 0xff;
      int next = at + 1 + ((length + 7) >>> 3);
      if (length > 128 || next > to) {
        return false;
      }
      long high = at + 9 <= in.length ? BigEndian.i64(in, at + 1) : left(in, at + 1);
      out.high[count] = length >= 64 ? high : high & ~(-1L >>> length);
      out.low[count] = length <= 64 ? 0 : low(in, at + 9) & (-1L << (128 - length));
      out.lengths[count++] = (byte) length;
      at = next;
    }
    out.prefixes = count;
    end(first, withIds, out);
    return true;
  }

  private static void begin(int bytes, boolean withIds, UpdateRun out) {
    out.room(bytes);
    if (withIds) {
      out.holdIds();
    }
  }

  private static void end(int first, boolean withIds, UpdateRun out) {
    if (!withIds && out.ids.length > 0) {
      Arrays.fill(out.ids, first, out.prefixes, 0);
    }
  }

  private static long low(byte[] in, int at) {
    return at + 8 <= in.length ? BigEndian.i64(in, at) : left(in, at);
  }

  /** What is left of an array of which less than eight bytes are, as if zeros followed. */
  private static long left(byte[] in, int at) {
    long bits = 0;
    for (int i = at; i < in.length; i++) {
      bits |= (in[i] & 0xffL) << (56 - 8 * (i - at));
    }
    return bits;
  }
}
