package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes all messages but UPDATEs with routes, each with its header. */
public final class MessageEncoder {
  public static final int MAX_SHUTDOWN_TEXT = 255;

  private MessageEncoder() {}

  public static void keepalive(ByteBuf out) {
    end(out, begin(out, BgpMessage.TYPE_KEEPALIVE));
  }

  public static void notification(ByteBuf out, NotificationMessage message) {
    int start = begin(out, BgpMessage.TYPE_NOTIFICATION);
    out.writeByte(message.code()).writeByte(message.subcode());
    out.writeBytes(message.data().toBytes());
    end(out, start);
  }

  public static void routeRefresh(ByteBuf out, RouteRefreshMessage message) {
    int start = begin(out, BgpMessage.TYPE_ROUTE_REFRESH);
    out.writeShort(message.afi()).writeByte(message.subtype()).writeByte(message.safi());
    end(out, start);
  }

  /** The UPDATE that says that the family's table is complete (RFC 4724, 2). */
  public static void endOfRib(ByteBuf out, Family family) {
    int start = begin(out, BgpMessage.TYPE_UPDATE);
    out.writeShort(0);
    if (family == Family.IPV4) {
      out.writeShort(0);
    } else {
      int flags = AttributeSpec.OPTIONAL | AttributeSpec.EXTENDED_LENGTH;
      out.writeShort(7).writeByte(flags).writeByte(AttributeCode.MP_UNREACH).writeShort(3);
      out.writeShort(family.afi()).writeByte(Capability.SAFI_UNICAST);
    }
    end(out, start);
  }

  /** All capabilities go into one parameter; longer than 255 bytes takes the form of RFC 9072. */
  public static void open(ByteBuf out, OpenMessage message) {
    int start = begin(out, BgpMessage.TYPE_OPEN);
    out.writeByte(message.version()).writeShort(message.myAs()).writeShort(message.holdSeconds());
    out.writeInt(message.routerId().bits());
    ByteBuf capabilities = out.alloc().buffer();
    try {
      message.capabilities().forEach(c -> writeCapability(capabilities, c));
      int length = capabilities.readableBytes();
      if (length == 0) {
        out.writeByte(0);
      } else if (length <= 253) {
        out.writeByte(length + 2).writeByte(2).writeByte(length);
      } else {
        out.writeByte(255).writeByte(255).writeShort(length + 3).writeByte(2).writeShort(length);
      }
      out.writeBytes(capabilities);
    } finally {
      capabilities.release();
    }
    end(out, start);
  }

  /** The data of CEASE 2 and 4 (RFC 9003, 2): a text of at most 255 bytes of UTF-8. */
  public static Octets shutdownText(String text) {
    if (text.isEmpty()) {
      return Octets.EMPTY;
    }
    String shorter = text;
    byte[] bytes = shorter.getBytes(StandardCharsets.UTF_8);
    while (bytes.length > MAX_SHUTDOWN_TEXT) {
      shorter = shorter.substring(0, shorter.offsetByCodePoints(shorter.length(), -1));
      bytes = shorter.getBytes(StandardCharsets.UTF_8);
    }
    byte[] data = new byte[bytes.length + 1];
    data[0] = (byte) bytes.length;
    System.arraycopy(bytes, 0, data, 1, bytes.length);
    return Octets.of(data);
  }

  /** Writes a header whose length {@link #end} fills in; gives back where it starts. */
  static int begin(ByteBuf out, int type) {
    int start = out.writerIndex();
    out.writeLong(-1L).writeLong(-1L).writeShort(0).writeByte(type);
    return start;
  }

  static void end(ByteBuf out, int start) {
    out.setShort(start + 16, out.writerIndex() - start);
  }

  private static void writeCapability(ByteBuf out, Capability capability) {
    out.writeByte(capability.code());
    int lengthAt = out.writerIndex();
    out.writeByte(0);
    switch (capability) {
      case Capability.Multiprotocol(int afi, int safi) ->
          out.writeShort(afi).writeByte(0).writeByte(safi);
      case Capability.RouteRefresh _,
          Capability.ExtendedMessage _,
          Capability.EnhancedRefresh _ -> {}
      case Capability.ExtendedNextHop(var families) ->
          families.forEach(
              f -> out.writeShort(f.afi()).writeShort(f.safi()).writeShort(f.nextHopAfi()));
      case Capability.AddPath(var families) ->
          families.forEach(f -> out.writeShort(f.afi()).writeByte(f.safi()).writeByte(f.mode()));
      case Capability.BgpRole(int role) -> out.writeByte(role);
      case Capability.FourOctetAs(long asn) -> out.writeInt((int) asn);
      case Capability.GracefulRestart g -> {
        int flags = (g.restarted() ? 0x8000 : 0) | (g.notification() ? 0x4000 : 0);
        out.writeShort(flags | g.seconds());
        for (Capability.RestartFamily f : g.families()) {
          out.writeShort(f.afi()).writeByte(f.safi()).writeByte(f.forwarding() ? 0x80 : 0);
        }
      }
      case Capability.LongLived(var families) ->
          families.forEach(f ->
              out.writeShort(f.afi())
                  .writeByte(f.safi())
                  .writeByte(f.forwarding() ? 0x80 : 0)
                  .writeMedium(f.seconds()));
      case Capability.Other(_, var value) -> out.writeBytes(value.toBytes());
    }
    out.setByte(lengthAt, out.writerIndex() - lengthAt - 1);
  }
}
