package io.margay.bgp.wire;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Origin;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ORIGIN, AS_PATH, AS4_PATH, NEXT_HOP (RFC 4271, 5.1.1 to 5.1.3; RFC 6793). */
final class PathValues {
  private static final Origin[] ORIGINS = Origin.values();
  private static final SegmentType[] SEGMENT_TYPES = SegmentType.values();

  private PathValues() {}

  // RFC 7606, 7.1
  static Fault readOrigin(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 1) {
      return new Fault.TreatAsWithdraw(AttributeCode.ORIGIN, Fault.Cause.LENGTH, length);
    }
    int value = in.readUnsignedByte();
    if (value >= ORIGINS.length) {
      return new Fault.TreatAsWithdraw(AttributeCode.ORIGIN, Fault.Cause.VALUE, value);
    }
    out.values().origin(ORIGINS[value]);
    return Fault.NONE;
  }

  static boolean writeOrigin(ByteBuf out, Attributes from, WireFormat format) {
    out.writeByte(from.origin().code());
    return true;
  }

  // RFC 7606, 7.2
  static Fault readAsPath(ByteBuf in, int length, ParsedAttributes out) {
    int bytes = out.format().as4() ? 4 : 2;
    Optional<AsPath> path = readSegments(in, in.readerIndex() + length, bytes);
    if (path.isEmpty()) {
      return new Fault.TreatAsWithdraw(AttributeCode.AS_PATH, Fault.Cause.LENGTH, length);
    }
    if (hasZero(path.get())) {
      return new Fault.TreatAsWithdraw(AttributeCode.AS_PATH, Fault.Cause.VALUE, 0);
    }
    if (!out.format().internal() && hasConfederation(path.get())) {
      // RFC 5065, 5: never from outside of the confederation.
      return new Fault.TreatAsWithdraw(
          AttributeCode.AS_PATH, Fault.Cause.VALUE, SegmentType.CONFED_SEQUENCE.code());
    }
    out.values().asPath(path.get());
    return Fault.NONE;
  }

  static boolean writeAsPath(ByteBuf out, Attributes from, WireFormat format) {
    writeSegments(out, from.asPath(), format.as4() ? 4 : 2);
    return true;
  }

  // RFC 6793, 6: a bad one is discarded, and so are confederation segments in it.
  static Fault readAs4Path(ByteBuf in, int length, ParsedAttributes out) {
    Optional<AsPath> path = readSegments(in, in.readerIndex() + length, 4);
    if (path.isEmpty()) {
      return new Fault.Discard(AttributeCode.AS4_PATH, Fault.Cause.LENGTH, length);
    }
    if (hasZero(path.get())) {
      return new Fault.Discard(AttributeCode.AS4_PATH, Fault.Cause.VALUE, 0);
    }
    out.as4Path(withoutConfederation(path.get()));
    return Fault.NONE;
  }

  // RFC 6793, 4.2.2: only where a number does not fit two bytes.
  static boolean writeAs4Path(ByteBuf out, Attributes from, WireFormat format) {
    AsPath path = withoutConfederation(from.asPath());
    boolean needed =
        !format.as4()
            && path.segments().stream()
                .anyMatch(s -> s.asns().stream().anyMatch(asn -> asn > 0xffff));
    if (needed) {
      writeSegments(out, path, 4);
    }
    return needed;
  }

  // RFC 7606, 7.3. Whether it makes sense is asked where routes are chosen.
  static Fault readNextHop(ByteBuf in, int length, ParsedAttributes out) {
    if (length != 4) {
      return new Fault.TreatAsWithdraw(AttributeCode.NEXT_HOP, Fault.Cause.LENGTH, length);
    }
    out.nextHop(new Ip4(in.readInt()));
    return Fault.NONE;
  }

  static boolean writeNextHop(ByteBuf out, Attributes from, WireFormat format) {
    if (from.nextHop().isPresent() && from.nextHop().get() instanceof Ip4(int bits)) {
      out.writeInt(bits);
      return true;
    }
    return false;
  }

  /** Empty when a type is unknown, a segment is empty, or one reaches beyond the end. */
  private static Optional<AsPath> readSegments(ByteBuf in, int end, int bytes) {
    var segments = new ArrayList<Segment>(1);
    while (in.readerIndex() < end) {
      if (end - in.readerIndex() < 2) {
        return Optional.empty();
      }
      int type = in.readUnsignedByte();
      int count = in.readUnsignedByte();
      boolean known = type >= 1 && type <= SEGMENT_TYPES.length;
      if (!known || count == 0 || in.readerIndex() + count * bytes > end) {
        return Optional.empty();
      }
      var asns = new ArrayList<Long>(count);
      for (int i = 0; i < count; i++) {
        asns.add(bytes == 4 ? in.readUnsignedInt() : (long) in.readUnsignedShort());
      }
      segments.add(new Segment(SEGMENT_TYPES[type - 1], asns));
    }
    return Optional.of(segments.isEmpty() ? AsPath.EMPTY : new AsPath(segments));
  }

  private static void writeSegments(ByteBuf out, AsPath path, int bytes) {
    for (Segment segment : path.segments()) {
      List<Long> asns = segment.asns();
      for (int from = 0; from < asns.size(); from += AsPath.MAX_SEGMENT) {
        int to = Math.min(asns.size(), from + AsPath.MAX_SEGMENT);
        out.writeByte(segment.type().code()).writeByte(to - from);
        for (long asn : asns.subList(from, to)) {
          if (bytes == 4) {
            out.writeInt((int) asn);
          } else {
            out.writeShort(OpenMessage.shortAs(asn));
          }
        }
      }
    }
  }

  // RFC 7607, 2: nobody has AS 0; what says so is malformed.
  private static boolean hasZero(AsPath path) {
    return path.segments().stream().anyMatch(s -> s.asns().contains(0L));
  }

  private static boolean hasConfederation(AsPath path) {
    return path.segments().stream().anyMatch(PathValues::isConfederation);
  }

  private static AsPath withoutConfederation(AsPath path) {
    return hasConfederation(path)
        ? new AsPath(path.segments().stream().filter(s -> !isConfederation(s)).toList())
        : path;
  }

  private static boolean isConfederation(Segment segment) {
    return segment.type() == SegmentType.CONFED_SEQUENCE
        || segment.type() == SegmentType.CONFED_SET;
  }
}
