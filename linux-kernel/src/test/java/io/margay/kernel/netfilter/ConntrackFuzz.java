package io.margay.kernel.netfilter;

import io.margay.kernel.nlmsg.MessageCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What the kernel may say of a tracked connection: a flow, or none. */
public final class ConntrackFuzz {
  private ConntrackFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input).order(ByteOrder.nativeOrder());
    var cursor = new MessageCursor().over(in, 0, input.length);
    Optional<ConntrackFlow> flow = ConntrackBytes.read(cursor);
    if (cursor.failed() && flow.isPresent()) {
      throw new AssertionError(flow + " with fault \"" + cursor.fault() + "\"");
    }
  }
}
