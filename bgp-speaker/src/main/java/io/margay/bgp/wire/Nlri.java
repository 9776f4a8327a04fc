package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.ByteBuf;

/** Prefixes as {@code <length in bits, the bytes that it needs>} (RFC 4271, 4.3). */
final class Nlri {
  static final int ID_BYTES = 4;

  private Nlri() {}

  /**
   * Reads prefixes up to {@code end}. Bits behind the length are dropped.
   *
   * @param withIds each has a path identifier before it (RFC 7911, 3)
   * @return false when a length is too great or the field ends early; some prefixes may be read
   */
  static boolean read(ByteBuf in, int end, Family family, boolean withIds, NlriList out) {
    while (in.readerIndex() < end) {
      if (withIds && in.readerIndex() + ID_BYTES >= end) {
        return false;
      }
      int id = withIds ? in.readInt() : 0;
      int length = in.readUnsignedByte();
      if (length > family.bits() || in.readerIndex() + bytes(length) > end) {
        return false;
      }
      Ip address = family == Family.IPV4 ? readIp4(in, length) : readIp6(in, length);
      out.add(Prefix.containing(address, length), id);
    }
    return true;
  }

  private static int bytes(int length) {
    return (length + 7) >>> 3;
  }

  private static Ip readIp4(ByteBuf in, int length) {
    int bits = 0;
    for (int i = 0; i < bytes(length); i++) {
      bits |= in.readUnsignedByte() << (24 - 8 * i);
    }
    return new Ip4(bits);
  }

  private static Ip readIp6(ByteBuf in, int length) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < bytes(length); i++) {
      long b = in.readUnsignedByte();
      if (i < 8) {
        high |= b << (56 - 8 * i);
      } else {
        low |= b << (56 - 8 * (i - 8));
      }
    }
    return new Ip6(high, low);
  }
}
