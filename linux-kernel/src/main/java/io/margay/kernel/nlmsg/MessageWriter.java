package io.margay.kernel.nlmsg;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes messages one after the other into a buffer that has room for them. Owned by one thread.
 */
public final class MessageWriter {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final ByteBuffer out;
  private int start;
  private int sequence;

  /**
   * A writer at the buffer's position.
   *
   * @param out in native byte order, with {@link Request#MAX_BYTES} left before each message
   */
  public MessageWriter(ByteBuffer out) {
    if (out.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException("netlink speaks in the machine's byte order");
    }
    this.out = out;
  }

  /** Writes one request as one message with this sequence number. */
  public void request(Request request, int number) {
    start = out.position();
    sequence = number;
    request.write(this);
    out.putInt(start, out.position() - start);
    pad();
  }

  /** Starts the message; REQUEST and ACK are always asked for. */
  public void begin(int type, int flags) {
    out.putInt(0).putShort((short) type).putShort((short) (flags | Nlm.REQUEST | Nlm.ACK));
    out.putInt(sequence).putInt(0);
  }

  /** A byte of a fixed header. */
  public MessageWriter u8(int value) {
    out.put((byte) value);
    return this;
  }

  /** Two bytes of a fixed header. */
  public MessageWriter u16(int value) {
    out.putShort((short) value);
    return this;
  }

  /** Four bytes of a fixed header. */
  public MessageWriter u32(int value) {
    out.putInt(value);
    return this;
  }

  public void attributeU8(int type, int value) {
    attribute(type, Byte.BYTES);
    out.put((byte) value);
    pad();
  }

  public void attributeU16(int type, int value) {
    attribute(type, Short.BYTES);
    out.putShort((short) value);
    pad();
  }

  /** A number in network order. */
  public void attributeBe16(int type, int value) {
    attribute(type, Short.BYTES);
    out.putShort(LITTLE ? Short.reverseBytes((short) value) : (short) value);
    pad();
  }

  public void attributeU32(int type, int value) {
    attribute(type, Integer.BYTES);
    out.putInt(value);
  }

  /** Text with the zero behind it that the kernel expects. */
  public void attributeText(int type, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    attribute(type, bytes.length + 1);
    out.put(bytes).put((byte) 0);
    pad();
  }

  public void attributeBytes(int type, byte[] bytes) {
    attribute(type, bytes.length);
    out.put(bytes);
    pad();
  }

  public void attributeIp(int type, Ip ip) {
    attribute(type, ip.family().bytes());
    address(ip);
  }

  public void attributeMac(int type, Mac mac) {
    attribute(type, 6);
    for (int shift = 40; shift >= 0; shift -= 8) {
      out.put((byte) (mac.bits() >> shift));
    }
    pad();
  }

  /** An address in network order, without an attribute around it. */
  public void address(Ip ip) {
    switch (ip) {
      case Ip4(int bits) -> out.putInt(LITTLE ? Integer.reverseBytes(bits) : bits);
      case Ip6(long high, long low) -> {
        out.putLong(LITTLE ? Long.reverseBytes(high) : high);
        out.putLong(LITTLE ? Long.reverseBytes(low) : low);
      }
    }
  }

  /** Opens an attribute that holds attributes; its mark closes it. */
  public int openNest(int type) {
    return open(type | Nlm.NESTED);
  }

  /** Opens an attribute whose content is written piece by piece; its mark closes it. */
  public int open(int type) {
    int mark = out.position();
    attribute(type, 0);
    return mark;
  }

  /** Closes what was opened at the mark. */
  public void close(int mark) {
    out.putShort(mark, (short) (out.position() - mark));
    pad();
  }

  /** Where the next byte goes; with {@link #lengthAt} for structures that hold their length. */
  public int position() {
    return out.position();
  }

  /** Writes the bytes since the mark as the 16-bit length there. */
  public void lengthAt(int mark) {
    out.putShort(mark, (short) (out.position() - mark));
  }

  private void attribute(int type, int length) {
    out.putShort((short) (Nlm.ATTRIBUTE_HEADER_BYTES + length)).putShort((short) type);
  }

  private void pad() {
    while ((out.position() - start & 3) != 0) {
      out.put((byte) 0);
    }
  }
}
