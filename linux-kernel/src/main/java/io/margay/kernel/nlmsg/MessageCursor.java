package io.margay.kernel.nlmsg;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one message: a fixed header by the {@code take} methods, then attributes by
 * {@link #next}. Keeps its first fault, reads zeros after that, and is asked once at the end; no
 * input makes it throw. Attributes that nobody asks for are skipped. Owned by one thread.
 */
public final class MessageCursor {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int MAX_DEPTH = 8;

  private final int[] outerEnds = new int[MAX_DEPTH];
  private final int[] outerNext = new int[MAX_DEPTH];
  private ByteBuffer in = ByteBuffer.allocate(0);
  private int next;
  private int end;
  private int depth;
  private int type;
  private int start;
  private int length;
  private @Nullable String fault;

  /** Starts anew on the bytes from {@code from} up to {@code to} of a buffer in native order. */
  public MessageCursor over(ByteBuffer bytes, int from, int to) {
    in = bytes;
    next = from;
    end = to;
    depth = 0;
    type = 0;
    start = from;
    length = 0;
    fault = null;
    return this;
  }

  /** Whether something did not fit; what was read then means nothing. */
  public boolean failed() {
    return fault != null;
  }

  /** The first fault, or empty. */
  public String fault() {
    return fault == null ? "" : fault;
  }

  /** The next byte of the fixed header. */
  public int takeU8() {
    return take(Byte.BYTES) ? in.get(next - Byte.BYTES) & 0xff : 0;
  }

  /** The next two bytes of the fixed header. */
  public int takeU16() {
    return take(Short.BYTES) ? in.getShort(next - Short.BYTES) & 0xffff : 0;
  }

  /** The next four bytes of the fixed header. */
  public int takeI32() {
    return take(Integer.BYTES) ? in.getInt(next - Integer.BYTES) : 0;
  }

  /** Passes over bytes of the fixed header. */
  public void skip(int bytes) {
    take(bytes);
  }

  /** Moves to the next attribute; false at the end and after a fault. */
  public boolean next() {
    if (fault != null || end - next < Nlm.ATTRIBUTE_HEADER_BYTES) {
      return false;
    }
    int size = in.getShort(next) & 0xffff;
    if (size < Nlm.ATTRIBUTE_HEADER_BYTES || size > end - next) {
      fault = "an attribute of " + size + " bytes where " + (end - next) + " are left";
      return false;
    }
    type = in.getShort(next + 2) & Nlm.TYPE_MASK;
    start = next + Nlm.ATTRIBUTE_HEADER_BYTES;
    length = size - Nlm.ATTRIBUTE_HEADER_BYTES;
    next = Math.min(end, next + Nlm.align(size));
    return true;
  }

  /** Type of the attribute, without its two flags. */
  public int type() {
    return type;
  }

  /** Bytes in the attribute. */
  public int length() {
    return length;
  }

  public int u8() {
    return holds(Byte.BYTES) ? in.get(start) & 0xff : 0;
  }

  public int u16() {
    return holds(Short.BYTES) ? in.getShort(start) & 0xffff : 0;
  }

  /** A number in network order. */
  public int be16() {
    int value = u16();
    return LITTLE ? Short.reverseBytes((short) value) & 0xffff : value;
  }

  public int i32() {
    return holds(Integer.BYTES) ? in.getInt(start) : 0;
  }

  /** An address of that family; 0.0.0.0 or :: with a fault. */
  public Ip ip(Family family) {
    if (length != family.bytes()) {
      fail("an " + family + " address of " + length + " bytes");
      return family == Family.IPV4 ? Ip4.ANY : Ip6.ANY;
    }
    return addressAt(start, family);
  }

  /** A link-layer address; all zeros with a fault when it has not six bytes. */
  public Mac mac() {
    if (length != 6) {
      fail("a link-layer address of " + length + " bytes");
      return new Mac(0);
    }
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = bits << 8 | (in.get(start + i) & 0xff);
    }
    return new Mac(bits);
  }

  /** Text up to its first zero byte. */
  public String text() {
    byte[] bytes = bytes();
    int count = 0;
    while (count < bytes.length && bytes[count] != 0) {
      count++;
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    byte[] bytes = new byte[length];
    in.get(start, bytes);
    return bytes;
  }

  /** Goes into the attribute: its fixed header and attributes are read next, until it is left. */
  public void enter() {
    enter(start, length);
  }

  /**
   * Goes into a structure that starts here and holds its own 16-bit length, a leg of a multipath
   * route; false when none is left or it does not fit.
   */
  public boolean enterStructure(int headerBytes) {
    if (fault != null || end - next < headerBytes) {
      return false;
    }
    int size = in.getShort(next) & 0xffff;
    if (size < headerBytes || size > end - next) {
      fail("a structure of " + size + " bytes where " + (end - next) + " are left");
      return false;
    }
    int from = next;
    next = Math.min(end, next + Nlm.align(size));
    enter(from, size);
    return fault == null;
  }

  /** Comes back out of what was entered last. */
  public void leave() {
    if (depth > 0) {
      depth--;
      end = outerEnds[depth];
      next = outerNext[depth];
    }
  }

  /** An address that is the rest of what was entered, or a fault. */
  public Ip takeIp(Family family) {
    if (!take(family.bytes())) {
      return family == Family.IPV4 ? Ip4.ANY : Ip6.ANY;
    }
    return addressAt(next - family.bytes(), family);
  }

  /** Notes a fault that a reader of the values found. */
  public void fail(String what) {
    if (fault == null) {
      fault = what;
    }
  }

  private void enter(int from, int size) {
    if (depth == MAX_DEPTH) {
      fail("attributes nested deeper than " + MAX_DEPTH);
      return;
    }
    outerEnds[depth] = end;
    outerNext[depth] = next;
    depth++;
    next = from;
    end = from + size;
  }

  private boolean take(int bytes) {
    if (fault != null || end - next < bytes) {
      fail("a header of " + bytes + " bytes where " + (end - next) + " are left");
      return false;
    }
    next += bytes;
    return true;
  }

  private boolean holds(int bytes) {
    if (length < bytes) {
      fail("attribute " + type + " has " + length + " bytes, not " + bytes);
      return false;
    }
    return fault == null;
  }

  private Ip addressAt(int at, Family family) {
    if (family == Family.IPV4) {
      int bits = in.getInt(at);
      return new Ip4(LITTLE ? Integer.reverseBytes(bits) : bits);
    }
    long high = in.getLong(at);
    long low = in.getLong(at + Long.BYTES);
    return LITTLE ? new Ip6(Long.reverseBytes(high), Long.reverseBytes(low)) : new Ip6(high, low);
  }
}
