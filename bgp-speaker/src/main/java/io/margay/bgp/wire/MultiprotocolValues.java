package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760, 3 and 4; RFC 2545, 3; RFC 8950, 3). */
final class MultiprotocolValues {
  // RFC 7606, 7.11 and 7.12: without knowing where the prefixes are nothing can be withdrawn.
  private static final Fault RESET =
      new Fault.SessionReset(
          NotificationMessage.of(
              NotificationMessage.UPDATE_ERROR, NotificationMessage.UPDATE_OPTIONAL));

  private MultiprotocolValues() {}

  static Fault readReach(ByteBuf in, int length, ParsedAttributes out) {
    int end = in.readerIndex() + length;
    if (length < 5) {
      return RESET;
    }
    Optional<Family> family = readFamily(in, out.format());
    int nextHopLength = in.readUnsignedByte();
    if (in.readerIndex() + nextHopLength + 1 > end) {
      return RESET;
    }
    if (family.isEmpty()) {
      return Fault.NONE;
    }
    boolean four = family.get() == Family.IPV4 && nextHopLength == Family.IPV4.bytes();
    boolean six = family.get() == Family.IPV6 || out.format().extendedNextHop();
    boolean twoNextHops = six && nextHopLength == 2 * Family.IPV6.bytes();
    if (!four && !twoNextHops && !(six && nextHopLength == Family.IPV6.bytes())) {
      return RESET;
    }
    Ip nextHop = four ? new Ip4(in.readInt()) : new Ip6(in.readLong(), in.readLong());
    Optional<Ip6> linkLocal =
        twoNextHops ? Optional.of(new Ip6(in.readLong(), in.readLong())) : Optional.empty();
    in.skipBytes(1);
    var prefixes = new NlriList();
    if (!Nlri.read(in, end, family.get(), out.format().hasIds(family.get()), prefixes)) {
      return RESET;
    }
    out.reach(new ParsedAttributes.Reach(family.get(), nextHop, linkLocal, prefixes));
    return Fault.NONE;
  }

  static Fault readUnreach(ByteBuf in, int length, ParsedAttributes out) {
    int end = in.readerIndex() + length;
    if (length < 3) {
      return RESET;
    }
    Optional<Family> family = readFamily(in, out.format());
    if (family.isEmpty()) {
      return Fault.NONE;
    }
    var prefixes = new NlriList();
    if (!Nlri.read(in, end, family.get(), out.format().hasIds(family.get()), prefixes)) {
      return RESET;
    }
    out.unreach(new ParsedAttributes.Unreach(family.get(), prefixes));
    return Fault.NONE;
  }

  /** Empty for a family that was not agreed on: its routes are not asked for, and skipped. */
  private static Optional<Family> readFamily(ByteBuf in, WireFormat format) {
    int afi = in.readUnsignedShort();
    int safi = in.readUnsignedByte();
    return format.families().stream()
        .filter(f -> f.afi() == afi && safi == Capability.SAFI_UNICAST)
        .findFirst();
  }
}
