package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Reads OPEN (RFC 4271, 4.2) with its capabilities (RFC 5492) and long parameters (RFC 9072). */
final class OpenDecoder {
  private static final int PARAMETER_CAPABILITIES = 2;
  private static final int EXTENDED = 255;

  private OpenDecoder() {}

  static BgpMessage decode(ByteBuf in, int end) {
    int version = in.readUnsignedByte();
    if (version != OpenMessage.VERSION) {
      // RFC 4271, 6.2: the data is the version that is spoken here.
      return refused(NotificationMessage.OPEN_VERSION, Octets.of((byte) 0, (byte) 4));
    }
    int myAs = in.readUnsignedShort();
    int hold = in.readUnsignedShort();
    var routerId = new Ip4(in.readInt());
    int length = in.readUnsignedByte();
    // RFC 9072, 2: the type tells; the length before it should be 255, too, but does not count.
    boolean extended =
        length != 0 && in.readerIndex() < end && in.getUnsignedByte(in.readerIndex()) == EXTENDED;
    if (extended) {
      in.skipBytes(1);
      if (end - in.readerIndex() < 2) {
        return refused(0, Octets.EMPTY);
      }
      length = in.readUnsignedShort();
    }
    if (length != end - in.readerIndex()) {
      return refused(0, Octets.EMPTY);
    }
    var capabilities = new ArrayList<Capability>();
    return readParameters(in, end, extended, capabilities)
        ? new OpenMessage(version, myAs, hold, routerId, capabilities)
        : refused(NotificationMessage.OPEN_PARAMETER, Octets.EMPTY);
  }

  private static boolean readParameters(
      ByteBuf in, int end, boolean extended, List<Capability> out) {
    int header = extended ? 3 : 2;
    while (in.readerIndex() < end) {
      if (end - in.readerIndex() < header) {
        return false;
      }
      int type = in.readUnsignedByte();
      int length = extended ? in.readUnsignedShort() : in.readUnsignedByte();
      int parameterEnd = in.readerIndex() + length;
      if (type != PARAMETER_CAPABILITIES || parameterEnd > end) {
        return false;
      }
      if (!readCapabilities(in, parameterEnd, out)) {
        return false;
      }
    }
    return true;
  }

  private static boolean readCapabilities(ByteBuf in, int end, List<Capability> out) {
    while (in.readerIndex() < end) {
      if (end - in.readerIndex() < 2) {
        return false;
      }
      int code = in.readUnsignedByte();
      int capabilityEnd = in.readUnsignedByte() + in.readerIndex();
      if (capabilityEnd > end) {
        return false;
      }
      out.add(readCapability(code, in, capabilityEnd));
      in.readerIndex(capabilityEnd);
    }
    return true;
  }

  /** One of a wrong length is no such capability: it is kept as bytes, and agreed to by nobody. */
  private static Capability readCapability(int code, ByteBuf in, int end) {
    int length = end - in.readerIndex();
    boolean possible =
        switch (code) {
          case Capability.CODE_MULTIPROTOCOL, Capability.CODE_FOUR_OCTET_AS -> length == 4;
          case Capability.CODE_ROUTE_REFRESH,
              Capability.CODE_EXTENDED_MESSAGE,
              Capability.CODE_ENHANCED_REFRESH ->
              length == 0;
          case Capability.CODE_EXTENDED_NEXT_HOP -> length % 6 == 0;
          case Capability.CODE_ROLE -> length == 1;
          case Capability.CODE_ADD_PATH -> length % 4 == 0;
          case Capability.CODE_GRACEFUL_RESTART -> length % 4 == 2;
          case Capability.CODE_LONG_LIVED -> length % 7 == 0;
          default -> false;
        };
    if (!possible) {
      return new Capability.Other(code, MessageDecoder.octets(in, end));
    }
    return switch (code) {
      case Capability.CODE_MULTIPROTOCOL -> readMultiprotocol(in);
      case Capability.CODE_ROUTE_REFRESH -> new Capability.RouteRefresh();
      case Capability.CODE_EXTENDED_MESSAGE -> new Capability.ExtendedMessage();
      case Capability.CODE_ENHANCED_REFRESH -> new Capability.EnhancedRefresh();
      case Capability.CODE_FOUR_OCTET_AS -> new Capability.FourOctetAs(in.readUnsignedInt());
      case Capability.CODE_EXTENDED_NEXT_HOP -> readExtendedNextHop(in, end);
      case Capability.CODE_ADD_PATH -> readAddPath(in, end);
      case Capability.CODE_ROLE -> new Capability.BgpRole(in.readUnsignedByte());
      case Capability.CODE_LONG_LIVED -> readLongLived(in, end);
      default -> readGracefulRestart(in, end);
    };
  }

  // RFC 4760, 8: a byte between AFI and SAFI is reserved.
  private static Capability readMultiprotocol(ByteBuf in) {
    int afi = in.readUnsignedShort();
    in.skipBytes(1);
    return new Capability.Multiprotocol(afi, in.readUnsignedByte());
  }

  // RFC 8950, 4: the SAFI has two bytes here.
  private static Capability readExtendedNextHop(ByteBuf in, int end) {
    var families = new ArrayList<Capability.NextHopFamily>();
    while (in.readerIndex() < end) {
      families.add(
          new Capability.NextHopFamily(
              in.readUnsignedShort(), in.readUnsignedShort(), in.readUnsignedShort()));
    }
    return new Capability.ExtendedNextHop(families);
  }

  // RFC 7911, 4
  private static Capability readAddPath(ByteBuf in, int end) {
    var families = new ArrayList<Capability.PathFamily>();
    while (in.readerIndex() < end) {
      families.add(
          new Capability.PathFamily(
              in.readUnsignedShort(), in.readUnsignedByte(), in.readUnsignedByte()));
    }
    return new Capability.AddPath(families);
  }

  // RFC 4724, 3: four flags and twelve bits of time, then AFI, SAFI and flags of each family.
  private static Capability readGracefulRestart(ByteBuf in, int end) {
    int head = in.readUnsignedShort();
    var families = new ArrayList<Capability.RestartFamily>();
    while (in.readerIndex() < end) {
      families.add(
          new Capability.RestartFamily(
              in.readUnsignedShort(), in.readUnsignedByte(), (in.readUnsignedByte() & 0x80) != 0));
    }
    return new Capability.GracefulRestart(
        (head & 0x8000) != 0, (head & 0x4000) != 0, head & 0x0fff, families);
  }

  // RFC 9494, 3.1: AFI, SAFI, flags and 24 bits of time of each family.
  private static Capability readLongLived(ByteBuf in, int end) {
    var families = new ArrayList<Capability.LongLivedFamily>();
    while (in.readerIndex() < end) {
      families.add(
          new Capability.LongLivedFamily(
              in.readUnsignedShort(),
              in.readUnsignedByte(),
              (in.readUnsignedByte() & 0x80) != 0,
              in.readUnsignedMedium()));
    }
    return new Capability.LongLived(families);
  }

  private static MalformedMessage refused(int subcode, Octets data) {
    return new MalformedMessage(
        NotificationMessage.of(NotificationMessage.OPEN_ERROR, subcode, data));
  }
}
