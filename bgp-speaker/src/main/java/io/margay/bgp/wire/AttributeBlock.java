package io.margay.bgp.wire;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.UnknownAttribute;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Path attributes as bytes with one form only: two blocks are equal exactly when their {@link
 * Attributes} are.
 *
 * <p>Attributes stand in order of their codes, each {@code flags code length value}. The flags are
 * those of its specification, with Partial where it came so; the length has two bytes only above
 * 255. AS numbers have four bytes, AS4_PATH and AS4_AGGREGATOR are merged away. The next hop is
 * always NEXT_HOP (4 bytes, 16, or 32 with a link-local one behind), never MP_REACH_NLRI. ORIGIN
 * and AS_PATH are always there.
 */
public final class AttributeBlock {
  private static final WireFormat CANONICAL =
      new WireFormat(true, true, Set.of(), BgpMessage.MAX_EXTENDED);

  private static final int LONGEST_VALUE = 0xffff;

  private AttributeBlock() {}

  /**
   * True when these attributes have a block: no value is longer than 65535 bytes. A path of
   * two-byte AS numbers that came in a long message (RFC 8654) can be longer with four bytes each;
   * a policy can add to a value that is as long as can be.
   */
  public static boolean fits(Attributes attributes) {
    long path = 0;
    for (AsPath.Segment segment : attributes.asPath().segments()) {
      path += 2L + 4L * segment.asns().size();
    }
    return path <= LONGEST_VALUE
        && 4L * attributes.communities().size() <= LONGEST_VALUE
        && 12L * attributes.largeCommunities().size() <= LONGEST_VALUE;
  }

  /**
   * The block of these attributes. Partial bits of attributes that are not there do not count.
   *
   * @throws IllegalArgumentException when there is none: it does not {@link #fits fit}, or a
   *     link-local next hop stands behind one that is not of IPv6
   */
  public static byte[] encode(Attributes attributes) {
    ByteBuf out = Unpooled.buffer(128);
    var unknown = new ArrayList<>(attributes.unknown());
    for (AttributeSpec spec : AttributeSpecs.ALL) {
      while (!unknown.isEmpty() && unknown.getFirst().code() < spec.code()) {
        AttributeWriter.unknown(out, unknown.removeFirst());
      }
      int start = out.writerIndex();
      writeKnown(out, spec, attributes);
      if (out.writerIndex() - start > LONGEST_VALUE + 4) {
        throw new IllegalArgumentException(
            AttributeCode.name(spec.code()) + " of " + (out.writerIndex() - start) + " bytes");
      }
    }
    unknown.forEach(attribute -> AttributeWriter.unknown(out, attribute));
    byte[] block = new byte[out.readableBytes()];
    out.readBytes(block);
    return block;
  }

  /**
   * The attributes of a block.
   *
   * @throws IllegalArgumentException when these bytes are none
   */
  public static Attributes decode(byte[] bytes, int from, int to) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes, from, to - from);
    var parsed = new ParsedAttributes(CANONICAL);
    while (in.isReadable()) {
      int flags = in.readUnsignedByte();
      int code = in.readUnsignedByte();
      boolean extended = (flags & AttributeSpec.EXTENDED_LENGTH) != 0;
      int length = extended ? in.readUnsignedShort() : in.readUnsignedByte();
      int end = in.readerIndex() + length;
      boolean good = readKnown(in, flags, code, length, parsed);
      if (!good || in.readerIndex() != end) {
        throw new IllegalArgumentException("not a block: " + AttributeCode.name(code));
      }
    }
    return parsed.build();
  }

  /** True when both are the same attributes. */
  public static boolean equal(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    return Arrays.equals(a, aFrom, aTo, b, bFrom, bTo);
  }

  /** Where the attribute of this code begins; {@code to} when it is not there. */
  static int find(byte[] bytes, int from, int to, int code) {
    int at = from;
    while (at < to && (bytes[at + 1] & 0xff) < code) {
      at = next(bytes, at);
    }
    return at < to && (bytes[at + 1] & 0xff) == code ? at : to;
  }

  /** Where the value of the attribute at this place begins. */
  static int value(byte[] bytes, int attribute) {
    return attribute + ((bytes[attribute] & AttributeSpec.EXTENDED_LENGTH) != 0 ? 4 : 3);
  }

  /** Where the one behind the attribute at this place begins. */
  static int next(byte[] bytes, int attribute) {
    return (bytes[attribute] & AttributeSpec.EXTENDED_LENGTH) != 0
        ? attribute + 4 + BigEndian.u16(bytes, attribute + 2)
        : attribute + 3 + (bytes[attribute + 2] & 0xff);
  }

  /** Writes flags, code and length; gives back where the value is to begin. */
  static int putHeader(byte[] out, int at, int flags, int code, int length) {
    out[at] = (byte) flags;
    out[at + 1] = (byte) code;
    if ((flags & AttributeSpec.EXTENDED_LENGTH) != 0) {
      BigEndian.put16(out, at + 2, length);
      return at + 4;
    }
    out[at + 2] = (byte) length;
    return at + 3;
  }

  private static void writeKnown(ByteBuf out, AttributeSpec spec, Attributes attributes) {
    switch (spec.code()) {
      case AttributeCode.NEXT_HOP -> writeNextHop(out, attributes);
      case AttributeCode.LOCAL_PREF -> {
        if (attributes.localPref().isPresent()) {
          AttributeWriter.known(out, spec, attributes, CANONICAL);
        }
      }
      default -> AttributeWriter.known(out, spec, attributes, CANONICAL);
    }
  }

  private static void writeNextHop(ByteBuf out, Attributes attributes) {
    byte[] first = attributes.nextHop().map(hop -> hop.toBytes()).orElse(new byte[0]);
    byte[] second = attributes.linkLocal().map(hop -> hop.toBytes()).orElse(new byte[0]);
    if (second.length > 0 && first.length != second.length) {
      throw new IllegalArgumentException("link-local next hop behind " + attributes.nextHop());
    }
    if (first.length > 0) {
      out.writeByte(AttributeSpec.WELL_KNOWN).writeByte(AttributeCode.NEXT_HOP);
      out.writeByte(first.length + second.length).writeBytes(first).writeBytes(second);
    }
  }

  private static boolean readKnown(
      ByteBuf in, int flags, int code, int length, ParsedAttributes out) {
    AttributeSpec spec = AttributeSpecs.get(code);
    boolean partial = (flags & AttributeSpec.PARTIAL) != 0;
    if (spec == null) {
      out.unknown(
          new UnknownAttribute(
              code, partial, MessageDecoder.octets(in, in.readerIndex() + length)));
      return true;
    }
    if (partial) {
      out.values().partial(code);
    }
    return code == AttributeCode.NEXT_HOP
        ? readNextHop(in, length, out.values())
        : Fault.strength(spec.reader().read(in, length, out)) == 0;
  }

  private static boolean readNextHop(ByteBuf in, int length, AttributesBuilder out) {
    switch (length) {
      case 4 -> out.nextHop(new Ip4(in.readInt()));
      case 16 -> out.nextHop(new Ip6(in.readLong(), in.readLong()));
      case 32 -> {
        out.nextHop(new Ip6(in.readLong(), in.readLong()));
        out.linkLocal(Optional.of(new Ip6(in.readLong(), in.readLong())));
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
