package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.UnknownAttribute;
import io.netty.buffer.ByteBuf;

/** Writes path attributes: flags, code, length, value. */
final class AttributeWriter {
  private AttributeWriter() {}

  /** Writes one that is known, or nothing when these attributes have none. */
  static void known(ByteBuf out, AttributeSpec spec, Attributes attributes, WireFormat format) {
    int start = out.writerIndex();
    boolean partial = spec.code() < 64 && (attributes.partial() >>> spec.code() & 1) != 0;
    out.writeByte(spec.flags() | (partial ? AttributeSpec.PARTIAL : 0));
    out.writeByte(spec.code()).writeByte(0);
    if (spec.writer().write(out, attributes, format)) {
      setLength(out, start);
    } else {
      out.writerIndex(start);
    }
  }

  /** Writes one of a code that is not known here. */
  static void unknown(ByteBuf out, UnknownAttribute attribute) {
    int start = out.writerIndex();
    out.writeByte(
        AttributeSpec.OPTIONAL_TRANSITIVE | (attribute.partial() ? AttributeSpec.PARTIAL : 0));
    out.writeByte(attribute.code()).writeByte(0);
    out.writeBytes(attribute.value().toBytes());
    setLength(out, start);
  }

  /** Fills in the length; makes place for its second byte where one is not enough. */
  private static void setLength(ByteBuf out, int start) {
    int length = out.writerIndex() - start - 3;
    if (length <= 255) {
      out.setByte(start + 2, length);
      return;
    }
    byte[] value = new byte[length];
    out.getBytes(start + 3, value);
    out.setByte(start, out.getByte(start) | AttributeSpec.EXTENDED_LENGTH);
    out.writerIndex(start + 2);
    out.writeShort(length).writeBytes(value);
  }
}
