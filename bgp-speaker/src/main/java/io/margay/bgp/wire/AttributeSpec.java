package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.netty.buffer.ByteBuf;

/** One known attribute: its flags, who may send it, how it is read and written. */
record AttributeSpec(int code, int flags, Senders senders, Reader reader, Writer writer) {
  static final int OPTIONAL = 0x80;
  static final int TRANSITIVE = 0x40;
  static final int PARTIAL = 0x20;
  static final int EXTENDED_LENGTH = 0x10;

  static final int WELL_KNOWN = TRANSITIVE;
  static final int OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE;

  /** From whom it counts; from others it is discarded. */
  enum Senders {
    ANY,
    /** Peers of the own AS. */
    INTERNAL,
    /** Peers that know two-byte AS numbers only (RFC 6793, 4.1). */
    AS2
  }

  /** Reads the value, {@code length} bytes of it; what it leaves unread is skipped. */
  @FunctionalInterface
  interface Reader {
    Fault read(ByteBuf in, int length, ParsedAttributes out);
  }

  /** Writes the value; false when these attributes have none. */
  @FunctionalInterface
  interface Writer {
    boolean write(ByteBuf out, Attributes from, WireFormat format);
  }

  boolean counts(WireFormat format) {
    return switch (senders) {
      case ANY -> true;
      case INTERNAL -> format.internal();
      case AS2 -> !format.as4();
    };
  }
}
