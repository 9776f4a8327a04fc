package io.margay.kernel.rtnl;

import io.margay.kernel.nlmsg.MessageCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * What the kernel may say of routes and links: each message is an event, none, or an overrun. The
 * first byte is the type, the body follows.
 */
public final class RtnlFuzz {
  private RtnlFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
    var cursor = new MessageCursor().over(in, 1, input.length);
    int type = input[0] & 0x3f;
    if (type == RuleBytes.NEWRULE) {
      RuleBytes.read(cursor);
      return;
    }
    Optional<RtnlEvent> event = RtnlEvent.read(type, 0, cursor);
    boolean told = event.equals(Optional.of(new RtnlEvent.Overrun()));
    if (cursor.failed() != told) {
      throw new AssertionError(event + " with fault \"" + cursor.fault() + "\"");
    }
  }
}
