package io.margay.bgp.session;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Framing;
import io.margay.bgp.wire.MalformedMessage;
import io.margay.bgp.wire.MessageDecoder;
import io.margay.bgp.wire.WireFormat;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Cuts a stream into messages and reads them. Behind the first malformed one nothing is read. */
final class MessageReader extends ByteToMessageDecoder {
  private WireFormat format = WireFormat.NONE;
  private boolean broken;

  /** How UPDATEs are read from now on; on the connection's thread. */
  void agree(WireFormat agreed) {
    format = agreed;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    int length = Framing.length(in, format.maxLength());
    if (length == Framing.BAD) {
      broken = true;
      out.add(new MalformedMessage(Framing.headerFault(in)));
      in.skipBytes(in.readableBytes());
      return;
    }
    if (length == Framing.INCOMPLETE || length > in.readableBytes()) {
      return;
    }
    BgpMessage message = MessageDecoder.decode(in, length, format);
    broken = message instanceof MalformedMessage;
    out.add(message);
  }
}
