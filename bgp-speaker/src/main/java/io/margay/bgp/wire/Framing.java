package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.netty.buffer.ByteBuf;

/** Where one message ends and the next begins (RFC 4271, 4.1 and 6.1). */
public final class Framing {
  /** Not even the header is there yet. */
  public static final int INCOMPLETE = 0;

  /** The header is wrong; {@link #headerFault} says how. */
  public static final int BAD = -1;

  private Framing() {}

  /**
   * Length of the message that begins at the reader index, header included; {@link #INCOMPLETE}
   * when its header is not there in full. The body may not be there yet.
   */
  public static int length(ByteBuf in, int maxLength) {
    if (in.readableBytes() < BgpMessage.HEADER) {
      return INCOMPLETE;
    }
    int at = in.readerIndex();
    boolean marker = in.getLong(at) == -1L && in.getLong(at + 8) == -1L;
    int length = in.getUnsignedShort(at + 16);
    return marker && isPossible(length, in.getUnsignedByte(at + 18), maxLength) ? length : BAD;
  }

  /** The NOTIFICATION for a header that {@link #length} called bad. */
  public static NotificationMessage headerFault(ByteBuf in) {
    int at = in.readerIndex();
    if (in.getLong(at) != -1L || in.getLong(at + 8) != -1L) {
      return NotificationMessage.of(
          NotificationMessage.HEADER_ERROR, NotificationMessage.BAD_MARKER);
    }
    int type = in.getUnsignedByte(at + 18);
    if (type < BgpMessage.TYPE_OPEN || type > BgpMessage.TYPE_ROUTE_REFRESH) {
      return NotificationMessage.of(
          NotificationMessage.HEADER_ERROR, NotificationMessage.BAD_TYPE, Octets.of((byte) type));
    }
    int length = in.getUnsignedShort(at + 16);
    return type == BgpMessage.TYPE_ROUTE_REFRESH ? badRefresh(in, length) : badLength(length);
  }

  // RFC 7313, 5: an error of its own, with the whole message as far as it came and fits.
  private static NotificationMessage badRefresh(ByteBuf in, int length) {
    int most = BgpMessage.MAX_LENGTH - BgpMessage.HEADER - 2;
    int shown = Math.min(Math.min(length, in.readableBytes()), most);
    byte[] message = new byte[Math.max(shown, BgpMessage.HEADER)];
    in.getBytes(in.readerIndex(), message);
    return NotificationMessage.of(NotificationMessage.ROUTE_REFRESH_ERROR, 1, Octets.of(message));
  }

  // RFC 4271, 6.1: the data is the length field.
  private static NotificationMessage badLength(int length) {
    return NotificationMessage.of(
        NotificationMessage.HEADER_ERROR,
        NotificationMessage.BAD_LENGTH,
        Octets.of((byte) (length >> 8), (byte) length));
  }

  private static boolean isPossible(int length, int type, int maxLength) {
    return switch (type) {
      case BgpMessage.TYPE_OPEN -> length >= 29 && length <= BgpMessage.MAX_LENGTH;
      case BgpMessage.TYPE_UPDATE -> length >= 23 && length <= maxLength;
      case BgpMessage.TYPE_NOTIFICATION -> length >= 21 && length <= maxLength;
      case BgpMessage.TYPE_KEEPALIVE -> length == BgpMessage.HEADER;
      case BgpMessage.TYPE_ROUTE_REFRESH -> length == 23;
      default -> false;
    };
  }
}
