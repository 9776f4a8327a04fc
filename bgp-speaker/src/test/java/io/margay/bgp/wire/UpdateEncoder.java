package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;

/**
 * Writes UPDATEs from objects, the oracle of {@link RunEncoder}: withdrawals first, then each
 * attribute set once a message with as many prefixes as fit. IPv4 goes into the classic fields,
 * IPv6 into MP_REACH_NLRI and MP_UNREACH_NLRI.
 */
public final class UpdateEncoder {
  private UpdateEncoder() {}

  /**
   * Appends the messages of a batch.
   *
   * @return how many messages that were
   */
  public static int encode(ByteBuf out, UpdateBatch batch, WireFormat format) {
    int messages = 0;
    NlriList withdrawn = NlriList.of(batch.withdrawn(), batch.withdrawnIds());
    for (Family family : Family.values()) {
      messages += withdrawals(out, family, ofFamily(withdrawn, family), format);
    }
    for (Announcement announcement : batch.announced()) {
      messages += announce(out, announcement, format);
    }
    for (Family family : batch.endOfRib()) {
      MessageEncoder.endOfRib(out, family);
      messages++;
    }
    return messages;
  }

  private static int withdrawals(ByteBuf out, Family family, NlriList prefixes, WireFormat format) {
    boolean withIds = format.idsOut().contains(family);
    int messages = 0;
    int next = 0;
    while (next < prefixes.size()) {
      int start = MessageEncoder.begin(out, BgpMessage.TYPE_UPDATE);
      if (family == Family.IPV4) {
        int lengthAt = out.writerIndex();
        out.writeShort(0);
        next = fill(out, prefixes, withIds, next, start + format.maxLength() - 2);
        out.setShort(lengthAt, out.writerIndex() - lengthAt - 2).writeShort(0);
      } else {
        out.writeShort(0);
        int attributesAt = out.writerIndex();
        out.writeShort(0);
        int unreach = beginLong(out, AttributeCode.MP_UNREACH);
        out.writeShort(family.afi()).writeByte(Capability.SAFI_UNICAST);
        next = fill(out, prefixes, withIds, next, start + format.maxLength());
        endLong(out, unreach);
        out.setShort(attributesAt, out.writerIndex() - attributesAt - 2);
      }
      MessageEncoder.end(out, start);
      messages++;
    }
    return messages;
  }

  private static int announce(ByteBuf out, Announcement announcement, WireFormat format) {
    ByteBuf block = out.alloc().buffer();
    NlriList routes = NlriList.of(announcement.prefixes(), announcement.pathIds());
    try {
      attributes(block, announcement, format);
      int room = format.maxLength() - 128 - block.readableBytes();
      if (room < 0) {
        // Too many attributes for any message: what cannot be said must not stay said.
        return withdrawals(out, announcement.family(), routes, format);
      }
      int messages = 0;
      int next = 0;
      while (next < routes.size()) {
        next = announceSome(out, announcement, routes, block, next, format);
        messages++;
      }
      return messages;
    } finally {
      block.release();
    }
  }

  private static int announceSome(
      ByteBuf out,
      Announcement announcement,
      NlriList routes,
      ByteBuf block,
      int next,
      WireFormat format) {
    boolean withIds = format.idsOut().contains(announcement.family());
    int start = MessageEncoder.begin(out, BgpMessage.TYPE_UPDATE);
    out.writeShort(0);
    int attributesAt = out.writerIndex();
    out.writeShort(0);
    int after;
    if (isClassic(announcement)) {
      out.writeBytes(block, block.readerIndex(), block.readableBytes());
      out.setShort(attributesAt, out.writerIndex() - attributesAt - 2);
      after = fill(out, routes, withIds, next, start + format.maxLength());
    } else {
      // RFC 7606, 5.1: first, so that a receiver finds the prefixes whatever comes behind.
      int limit = start + format.maxLength() - block.readableBytes();
      int reach = beginReach(out, announcement);
      after = fill(out, routes, withIds, next, limit);
      endLong(out, reach);
      out.writeBytes(block, block.readerIndex(), block.readableBytes());
      out.setShort(attributesAt, out.writerIndex() - attributesAt - 2);
    }
    MessageEncoder.end(out, start);
    return after;
  }

  /** Only IPv4 with a next hop of its own goes into the classic fields (RFC 8950, 3). */
  private static boolean isClassic(Announcement announcement) {
    return announcement.family() == Family.IPV4
        && announcement.attributes().nextHop().map(hop -> hop instanceof Ip4).orElse(true);
  }

  private static int beginReach(ByteBuf out, Announcement announcement) {
    int reach = beginLong(out, AttributeCode.MP_REACH);
    out.writeShort(announcement.family().afi()).writeByte(Capability.SAFI_UNICAST);
    Attributes attributes = announcement.attributes();
    Ip nextHop = attributes.nextHop().orElseThrow();
    int bytes = nextHop.family().bytes();
    out.writeByte(attributes.linkLocal().isPresent() ? 2 * bytes : bytes);
    out.writeBytes(nextHop.toBytes());
    attributes.linkLocal().ifPresent(second -> out.writeBytes(second.toBytes()));
    out.writeByte(0);
    return reach;
  }

  /** All attributes that stand beside MP_REACH_NLRI, in order of their codes. */
  private static void attributes(ByteBuf out, Announcement announcement, WireFormat format) {
    Attributes attributes = announcement.attributes();
    var unknown = new ArrayList<>(attributes.unknown());
    for (AttributeSpec spec : AttributeSpecs.ALL) {
      while (!unknown.isEmpty() && unknown.getFirst().code() < spec.code()) {
        AttributeWriter.unknown(out, unknown.removeFirst());
      }
      boolean inReach = spec.code() == AttributeCode.NEXT_HOP && !isClassic(announcement);
      if (!inReach) {
        AttributeWriter.known(out, spec, attributes, format);
      }
    }
    unknown.forEach(attribute -> AttributeWriter.unknown(out, attribute));
  }

  private static int beginLong(ByteBuf out, int code) {
    out.writeByte(AttributeSpec.OPTIONAL | AttributeSpec.EXTENDED_LENGTH).writeByte(code);
    out.writeShort(0);
    return out.writerIndex();
  }

  private static void endLong(ByteBuf out, int valueStart) {
    out.setShort(valueStart - 2, out.writerIndex() - valueStart);
  }

  /** Writes prefixes from index {@code next} up to the limit; gives back the next index. */
  private static int fill(ByteBuf out, NlriList routes, boolean withIds, int next, int limit) {
    int extra = withIds ? Nlri.ID_BYTES : 0;
    int at = next;
    while (at < routes.size()
        && out.writerIndex() + extra + 1 + (routes.prefix(at).length() + 7) / 8 <= limit) {
      if (withIds) {
        out.writeInt(routes.id(at));
      }
      write(out, routes.prefix(at++));
    }
    return at;
  }

  private static void write(ByteBuf out, Prefix prefix) {
    out.writeByte(prefix.length());
    int bytes = (prefix.length() + 7) / 8;
    switch (prefix.address()) {
      case Ip4(int bits) -> {
        for (int i = 0; i < bytes; i++) {
          out.writeByte(bits >>> (24 - 8 * i));
        }
      }
      case Ip6(long high, long low) -> {
        for (int i = 0; i < bytes; i++) {
          out.writeByte((int) (i < 8 ? high >>> (56 - 8 * i) : low >>> (56 - 8 * (i - 8))));
        }
      }
    }
  }

  /** Those of a family, in their order. */
  static NlriList ofFamily(NlriList all, Family family) {
    var out = new NlriList();
    for (int i = 0; i < all.size(); i++) {
      if (all.prefix(i).family() == family) {
        out.add(all.prefix(i), all.id(i));
      }
    }
    return out;
  }
}
