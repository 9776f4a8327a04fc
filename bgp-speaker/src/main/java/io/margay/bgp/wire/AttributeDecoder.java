package io.margay.bgp.wire;

import io.margay.bgp.attr.UnknownAttribute;
import io.netty.buffer.ByteBuf;

/** Walks over the path attributes of an UPDATE (RFC 4271, 4.3; RFC 7606, 3 and 4). */
final class AttributeDecoder {
  private AttributeDecoder() {}

  /** Reads all attributes up to {@code end}; what is wrong is noted in {@code out}. */
  static void decode(ByteBuf in, int end, ParsedAttributes out) {
    while (in.readerIndex() < end) {
      int start = in.readerIndex();
      int left = end - start;
      boolean extended =
          left >= 3 && (in.getUnsignedByte(start) & AttributeSpec.EXTENDED_LENGTH) != 0;
      if (left < (extended ? 4 : 3)) {
        // RFC 7606, 4: the rest holds no attribute.
        out.note(new Fault.TreatAsWithdraw(0, Fault.Cause.LENGTH, left));
        break;
      }
      int flags = in.readUnsignedByte();
      int code = in.readUnsignedByte();
      int length = extended ? in.readUnsignedShort() : in.readUnsignedByte();
      int attributeEnd = in.readerIndex() + length;
      if (attributeEnd > end) {
        out.note(overrun(code, length));
        break;
      }
      Fault fault = readOne(in, flags, code, length, out);
      out.note(withBytes(fault, in, start, attributeEnd));
      in.readerIndex(attributeEnd);
    }
    in.readerIndex(end);
  }

  private static Fault readOne(ByteBuf in, int flags, int code, int length, ParsedAttributes out) {
    if (!out.first(code)) {
      return duplicate(code);
    }
    AttributeSpec spec = AttributeSpecs.get(code);
    if (spec == null) {
      return readUnknown(in, flags, code, length, out);
    }
    if (!spec.counts(out.format())) {
      return new Fault.Discard(code, Fault.Cause.SENDER, length);
    }
    int kind = flags & AttributeSpec.OPTIONAL_TRANSITIVE;
    boolean flagged = kind != spec.flags();
    if (flagged && !carriesPrefixes(code)) {
      return new Fault.TreatAsWithdraw(code, Fault.Cause.FLAGS, flags);
    }
    Fault fault = spec.reader().read(in, length, out);
    if (flagged && Fault.strength(fault) == 0) {
      return new Fault.TreatAsWithdraw(code, Fault.Cause.FLAGS, flags);
    }
    boolean kept = Fault.strength(fault) == 0 && spec.senders() != AttributeSpec.Senders.AS2;
    if (kept && (flags & AttributeSpec.PARTIAL) != 0 && kind == AttributeSpec.OPTIONAL_TRANSITIVE) {
      out.values().partial(code);
    }
    return fault;
  }

  // RFC 7606, 3 g: the first one counts; two of these leave open which prefixes are meant.
  private static Fault duplicate(int code) {
    return carriesPrefixes(code)
        ? malformed()
        : new Fault.Discard(code, Fault.Cause.DUPLICATE, code);
  }

  // RFC 7606, 4; by 3 j nothing can be withdrawn where the prefixes themselves are cut off.
  private static Fault overrun(int code, int length) {
    return carriesPrefixes(code)
        ? malformed()
        : new Fault.TreatAsWithdraw(code, Fault.Cause.LENGTH, length);
  }

  private static Fault malformed() {
    return new Fault.SessionReset(
        NotificationMessage.of(
            NotificationMessage.UPDATE_ERROR, NotificationMessage.UPDATE_MALFORMED));
  }

  /** What else is wrong with one of these: its prefixes are still read, to be withdrawn. */
  private static boolean carriesPrefixes(int code) {
    return code == AttributeCode.MP_REACH || code == AttributeCode.MP_UNREACH;
  }

  // RFC 4271, 5: optional transitive ones are passed on as partial, other optional ones dropped.
  // Nobody can know what an unknown well-known one means: as BIRD does, not the reset of 6.3.
  private static Fault readUnknown(
      ByteBuf in, int flags, int code, int length, ParsedAttributes out) {
    if ((flags & AttributeSpec.OPTIONAL) == 0) {
      return new Fault.TreatAsWithdraw(code, Fault.Cause.FLAGS, flags);
    }
    if ((flags & AttributeSpec.TRANSITIVE) != 0) {
      out.unknown(
          new UnknownAttribute(code, true, MessageDecoder.octets(in, in.readerIndex() + length)));
    }
    return Fault.NONE;
  }

  // RFC 4271, 6.3: the data of such a NOTIFICATION is the attribute.
  private static Fault withBytes(Fault fault, ByteBuf in, int start, int end) {
    if (fault instanceof Fault.SessionReset(var notification)
        && notification.subcode() == NotificationMessage.UPDATE_OPTIONAL) {
      in.readerIndex(start);
      return new Fault.SessionReset(
          NotificationMessage.of(
              notification.code(), notification.subcode(), MessageDecoder.octets(in, end)));
    }
    return fault;
  }
}
