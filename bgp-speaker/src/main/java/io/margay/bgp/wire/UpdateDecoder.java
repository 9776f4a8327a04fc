package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the body of an UPDATE (RFC 4271, 4.3) and carries out what its faults cost (RFC 7606). */
public final class UpdateDecoder {
  private UpdateDecoder() {}

  /** Reads up to {@code end}: a {@link DecodedUpdate}, or the {@link MalformedMessage} it is. */
  static BgpMessage decode(ByteBuf in, int end, WireFormat format) {
    int withdrawnEnd = in.readUnsignedShort() + in.readerIndex();
    if (withdrawnEnd + 2 > end) {
      return malformed(NotificationMessage.UPDATE_MALFORMED);
    }
    var withdrawn = new NlriList();
    boolean withIds = format.hasIds(Family.IPV4);
    if (!Nlri.read(in, withdrawnEnd, Family.IPV4, withIds, withdrawn)) {
      return malformed(NotificationMessage.UPDATE_NETWORK);
    }
    int attributesLength = in.readUnsignedShort();
    int attributesStart = in.readerIndex();
    int attributesEnd = attributesStart + attributesLength;
    if (attributesEnd > end) {
      return malformed(NotificationMessage.UPDATE_MALFORMED);
    }
    var parsed = new ParsedAttributes(format);
    AttributeDecoder.decode(in, attributesEnd, parsed);
    var announced = new NlriList();
    if (!Nlri.read(in, end, Family.IPV4, withIds, announced)) {
      return malformed(NotificationMessage.UPDATE_NETWORK);
    }
    if (attributesLength == 0 && withdrawn.isEmpty() && announced.isEmpty()) {
      return endOfRib(Family.IPV4, format);
    }
    BgpMessage result = result(parsed, withdrawn, announced);
    return result instanceof DecodedUpdate update && !parsed.faults().isEmpty()
        ? update.with(parsed.faults(), octets(in, attributesStart, attributesEnd))
        : result;
  }

  private static BgpMessage result(
      ParsedAttributes parsed, NlriList withdrawn, NlriList announced) {
    parsed.unreach().ifPresent(u -> withdrawn.addAll(u.prefixes()));
    noteMissing(parsed, !announced.isEmpty());
    switch (parsed.strongest()) {
      case Fault.SessionReset(var notification) -> {
        return new MalformedMessage(notification);
      }
      case Fault.TreatAsWithdraw _ -> {
        withdrawn.addAll(announced);
        parsed.reach().ifPresent(r -> withdrawn.addAll(r.prefixes()));
        return new DecodedUpdate(withdrawn, List.of(), Optional.empty());
      }
      case Fault.None _, Fault.Discard _ -> {}
    }
    boolean empty = withdrawn.isEmpty() && announced.isEmpty() && parsed.reach().isEmpty();
    if (empty && parsed.unreach().isPresent()) {
      return endOfRib(parsed.unreach().get().family(), parsed.format());
    }
    return new DecodedUpdate(withdrawn, announcements(parsed, announced), Optional.empty());
  }

  private static List<Announcement> announcements(ParsedAttributes parsed, NlriList announced) {
    boolean viaReach = parsed.reach().map(r -> !r.prefixes().isEmpty()).orElse(false);
    if (announced.isEmpty() && !viaReach) {
      return List.of();
    }
    Attributes attributes = parsed.build();
    var out = new ArrayList<Announcement>(2);
    // Classic prefixes of a family that was not agreed on are skipped, as those of MP_REACH are.
    if (!announced.isEmpty() && parsed.format().families().contains(Family.IPV4)) {
      out.add(new Announcement(Family.IPV4, attributes, announced));
    }
    if (viaReach) {
      ParsedAttributes.Reach reach = parsed.reach().orElseThrow();
      Attributes own =
          attributes.toBuilder().nextHop(reach.nextHop()).linkLocal(reach.linkLocal()).build();
      out.add(new Announcement(reach.family(), own, reach.prefixes()));
    }
    return out;
  }

  // RFC 7606, 3 d: mandatory where something is announced.
  private static void noteMissing(ParsedAttributes parsed, boolean classic) {
    if (!classic && parsed.reach().isEmpty()) {
      return;
    }
    noteMissing(parsed, AttributeCode.ORIGIN);
    noteMissing(parsed, AttributeCode.AS_PATH);
    if (classic) {
      noteMissing(parsed, AttributeCode.NEXT_HOP);
    }
  }

  private static void noteMissing(ParsedAttributes parsed, int code) {
    if (!parsed.has(code)) {
      parsed.note(new Fault.TreatAsWithdraw(code, Fault.Cause.MISSING, 0));
    }
  }

  private static DecodedUpdate endOfRib(Family family, WireFormat format) {
    return format.families().contains(family)
        ? new DecodedUpdate(new NlriList(), List.of(), Optional.of(family))
        : DecodedUpdate.NOTHING;
  }

  private static Octets octets(ByteBuf in, int start, int end) {
    byte[] bytes = new byte[end - start];
    in.getBytes(start, bytes);
    return Octets.of(bytes);
  }

  private static MalformedMessage malformed(int subcode) {
    return new MalformedMessage(NotificationMessage.of(NotificationMessage.UPDATE_ERROR, subcode));
  }
}
