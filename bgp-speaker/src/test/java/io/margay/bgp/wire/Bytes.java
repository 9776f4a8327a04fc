package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Hex with comments to bytes, and bytes to messages. */
public final class Bytes {
  /** What two speakers of today agree on inside an AS. */
  public static final WireFormat IBGP =
      new WireFormat(true, true, Set.of(Family.IPV4, Family.IPV6), BgpMessage.MAX_LENGTH);

  /** The same between two ASes. */
  public static final WireFormat EBGP =
      new WireFormat(true, false, Set.of(Family.IPV4, Family.IPV6), BgpMessage.MAX_LENGTH);

  /** With a peer that knows two-byte AS numbers only. */
  public static final WireFormat OLD =
      new WireFormat(false, false, Set.of(Family.IPV4), BgpMessage.MAX_LENGTH);

  private Bytes() {}

  /** Hex digits of all lines; blanks and what stands behind {@code #} do not count. */
  public static byte[] ofHex(String text) {
    var hex = new StringBuilder();
    for (String line : text.lines().toList()) {
      hex.append(line.replaceAll("#.*", "").replaceAll("\\s", ""));
    }
    return HexFormat.of().parseHex(hex);
  }

  /** All messages of a stream; a bad header ends it as it would end the session. */
  public static List<BgpMessage> messages(byte[] bytes, WireFormat format) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    var out = new ArrayList<BgpMessage>();
    while (true) {
      int length = Framing.length(in, format.maxLength());
      if (length == Framing.BAD) {
        out.add(new MalformedMessage(Framing.headerFault(in)));
        return out;
      }
      if (length == Framing.INCOMPLETE || length > in.readableBytes()) {
        return out;
      }
      out.add(MessageDecoder.decode(in, length, format));
    }
  }

  /** An UPDATE around a body of hex. */
  public static byte[] update(String body) {
    return message(BgpMessage.TYPE_UPDATE, ofHex(body));
  }

  /** A message with a correct header. */
  public static byte[] message(int type, byte[] body) {
    ByteBuf out = Unpooled.buffer();
    int start = MessageEncoder.begin(out, type);
    out.writeBytes(body);
    MessageEncoder.end(out, start);
    return written(out);
  }

  /** What an encoder wrote. */
  public static byte[] written(ByteBuf out) {
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    out.release();
    return bytes;
  }

  public static byte[] encode(UpdateBatch batch, WireFormat format) {
    ByteBuf out = Unpooled.buffer();
    UpdateEncoder.encode(out, batch, format);
    return written(out);
  }
}
