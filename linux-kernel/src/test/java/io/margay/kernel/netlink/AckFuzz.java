package io.margay.kernel.netlink;

import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's answers with their extended ACK. The first byte is the type and the flags. */
public final class AckFuzz {
  private AckFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
    var cursor = new MessageCursor().over(in, 1, input.length);
    int type = (input[0] & 1) == 0 ? Nlm.ERROR : Nlm.DONE;
    int flags = (input[0] & 2) == 0 ? Nlm.ACK_TLVS : Nlm.ACK_TLVS | Nlm.CAPPED;
    String text = AckBytes.read(cursor, type, flags).toString();
    if (text.isEmpty()) {
      throw new AssertionError("an answer without a word");
    }
  }
}
