package io.margay.bgp.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * A block of path attributes before a prefix, whatever two speakers agreed on: it is read, refused
 * or mended, and what is read can be said again in the same words.
 */
public final class AttributesFuzz {
  private static final List<WireFormat> FORMATS = List.of(Bytes.IBGP, Bytes.EBGP, Bytes.OLD);
  private static final int LONGEST = BgpMessage.MAX_LENGTH - BgpMessage.HEADER - 4 - 4;

  private AttributesFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > LONGEST) {
      return;
    }
    ByteBuf body = Unpooled.buffer();
    body.writeShort(0);
    body.writeShort(input.length);
    body.writeBytes(input);
    body.writeBytes(new byte[] {24, 10, 1, 2});
    byte[] message = Bytes.message(BgpMessage.TYPE_UPDATE, Bytes.written(body));
    for (WireFormat format : FORMATS) {
      for (BgpMessage read : Bytes.messages(message, format)) {
        if (read instanceof DecodedUpdate update && !update.announced().isEmpty()) {
          sayAgain(update, format);
        }
      }
    }
  }

  private static void sayAgain(DecodedUpdate update, WireFormat format) {
    var batch = new UpdateBatch(List.of(), update.announced(), List.of());
    for (BgpMessage again : Bytes.messages(Bytes.encode(batch, format), format)) {
      boolean clean = again instanceof DecodedUpdate said && said.faults().isEmpty();
      if (!clean) {
        throw new AssertionError("read " + update + ", said " + again);
      }
    }
  }
}
