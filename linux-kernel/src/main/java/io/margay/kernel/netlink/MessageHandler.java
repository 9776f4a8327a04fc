package io.margay.kernel.netlink;

import io.margay.kernel.nlmsg.MessageCursor;

/** Takes one message; the cursor is good until it returns. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * One message that is no acknowledgement.
   *
   * @param by port of the socket that caused it, 0 for the kernel
   */
  void message(int type, int by, MessageCursor body);
}
