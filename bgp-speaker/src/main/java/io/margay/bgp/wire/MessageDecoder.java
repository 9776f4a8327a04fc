package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.netty.buffer.ByteBuf;

/** Reads one whole message. */
public final class MessageDecoder {
  private MessageDecoder() {}

  /**
   * Reads the message of {@code length} bytes at the reader index, which {@link Framing} found to
   * be complete and well framed. Moves behind it, whatever it holds.
   */
  public static BgpMessage decode(ByteBuf in, int length, WireFormat format) {
    int end = in.readerIndex() + length;
    int type = in.getUnsignedByte(in.readerIndex() + 18);
    in.skipBytes(BgpMessage.HEADER);
    BgpMessage message =
        switch (type) {
          case BgpMessage.TYPE_OPEN -> OpenDecoder.decode(in, end);
          case BgpMessage.TYPE_UPDATE -> UpdateDecoder.decode(in, end, format);
          case BgpMessage.TYPE_NOTIFICATION -> notification(in, end);
          case BgpMessage.TYPE_KEEPALIVE -> new KeepaliveMessage();
          case BgpMessage.TYPE_ROUTE_REFRESH ->
              new RouteRefreshMessage(
                  in.readUnsignedShort(), in.readUnsignedByte(), in.readUnsignedByte());
          default ->
              new MalformedMessage(
                  NotificationMessage.of(
                      NotificationMessage.HEADER_ERROR,
                      NotificationMessage.BAD_TYPE,
                      Octets.of((byte) type)));
        };
    in.readerIndex(end);
    return message;
  }

  private static NotificationMessage notification(ByteBuf in, int end) {
    int code = in.readUnsignedByte();
    int subcode = in.readUnsignedByte();
    return new NotificationMessage(code, subcode, octets(in, end));
  }

  /** All bytes up to {@code end}. */
  static Octets octets(ByteBuf in, int end) {
    byte[] bytes = new byte[end - in.readerIndex()];
    in.readBytes(bytes);
    return Octets.of(bytes);
  }
}
