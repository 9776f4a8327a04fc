package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.ExtendedCommunity;
import io.margay.bgp.attr.LargeCommunity;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** COMMUNITIES (RFC 1997), EXTENDED_COMMUNITIES (RFC 4360), LARGE_COMMUNITIES (RFC 8092). */
final class CommunityValues {
  private CommunityValues() {}

  // RFC 7606, 7.8
  static Fault readStandard(ByteBuf in, int length, ParsedAttributes out) {
    if (isBad(length, 4)) {
      return new Fault.TreatAsWithdraw(AttributeCode.COMMUNITIES, Fault.Cause.LENGTH, length);
    }
    var list = new ArrayList<Community>(length / 4);
    for (int i = 0; i < length; i += 4) {
      list.add(new Community(in.readInt()));
    }
    out.values().communities(list);
    return Fault.NONE;
  }

  static boolean writeStandard(ByteBuf out, Attributes from, WireFormat format) {
    from.communities().forEach(c -> out.writeInt(c.value()));
    return !from.communities().isEmpty();
  }

  // RFC 7606, 7.14
  static Fault readExtended(ByteBuf in, int length, ParsedAttributes out) {
    if (isBad(length, 8)) {
      return new Fault.TreatAsWithdraw(
          AttributeCode.EXTENDED_COMMUNITIES, Fault.Cause.LENGTH, length);
    }
    var list = new ArrayList<ExtendedCommunity>(length / 8);
    for (int i = 0; i < length; i += 8) {
      list.add(new ExtendedCommunity(in.readLong()));
    }
    out.values().extendedCommunities(list);
    return Fault.NONE;
  }

  static boolean writeExtended(ByteBuf out, Attributes from, WireFormat format) {
    from.extendedCommunities().forEach(c -> out.writeLong(c.value()));
    return !from.extendedCommunities().isEmpty();
  }

  // RFC 8092, 6; duplicates are silently one (section 5).
  static Fault readLarge(ByteBuf in, int length, ParsedAttributes out) {
    if (isBad(length, 12)) {
      return new Fault.TreatAsWithdraw(AttributeCode.LARGE_COMMUNITIES, Fault.Cause.LENGTH, length);
    }
    var set = new LinkedHashSet<LargeCommunity>();
    for (int i = 0; i < length; i += 12) {
      set.add(new LargeCommunity(in.readUnsignedInt(), in.readUnsignedInt(), in.readUnsignedInt()));
    }
    out.values().largeCommunities(List.copyOf(set));
    return Fault.NONE;
  }

  static boolean writeLarge(ByteBuf out, Attributes from, WireFormat format) {
    for (LargeCommunity c : from.largeCommunities()) {
      out.writeInt((int) c.global()).writeInt((int) c.local1()).writeInt((int) c.local2());
    }
    return !from.largeCommunities().isEmpty();
  }

  private static boolean isBad(int length, int unit) {
    return length == 0 || length % unit != 0;
  }
}
