package io.margay.kernel.netlink;

import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;

/** {@code struct nlmsgerr} and the {@code NLMSGERR_ATTR_*} behind it. */
final class AckBytes {
  private static final Ack OK = new Ack.Ok();

  private static final int MSG = 1;
  private static final int MISS_TYPE = 5;

  private AckBytes() {}

  /** Reads the payload of ERROR, or of DONE, where the attributes follow the number directly. */
  static Ack read(MessageCursor in, int type, int flags) {
    int error = in.takeI32();
    if (error == 0) {
      return OK;
    }
    if (type == Nlm.ERROR) {
      int requestLength = in.takeI32();
      in.skip(Nlm.HEADER_BYTES - Integer.BYTES);
      if ((flags & Nlm.CAPPED) == 0) {
        in.skip(Math.max(0, Nlm.align(requestLength) - Nlm.HEADER_BYTES));
      }
    }
    String words = "";
    if ((flags & Nlm.ACK_TLVS) != 0) {
      while (in.next()) {
        switch (in.type()) {
          case MSG -> words = in.text();
          case MISS_TYPE -> words = words.isEmpty() ? "missing attribute " + in.i32() : words;
          default -> {}
        }
      }
    }
    return new Ack.Refused(-error, words);
  }
}
