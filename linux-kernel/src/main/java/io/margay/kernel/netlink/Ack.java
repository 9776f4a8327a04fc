package io.margay.kernel.netlink;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.nlmsg.Request;

/** The kernel's answer to one request. */
public sealed interface Ack {
  /** It did as asked. */
  record Ok() implements Ack {}

  /**
   * It refused.
   *
   * @param words from the extended ACK, or empty
   */
  record Refused(int errno, String words) implements Ack {
    /** {@code ENETUNREACH (Nexthop has invalid gateway)}. */
    @Override
    public String toString() {
      return Errno.name(errno) + (words.isEmpty() ? "" : " (" + words + ")");
    }
  }

  default boolean isOk() {
    return this instanceof Ok;
  }

  /** Whether it was refused with this number. */
  default boolean is(int errno) {
    return this instanceof Refused refused && refused.errno == errno;
  }

  /**
   * For requests whose refusal is no answer.
   *
   * @throws KernelException with the request and the kernel's words
   */
  default void orThrow(Request request) {
    if (this instanceof Refused(int errno, String words)) {
      throw new KernelException(request.toString(), errno, words);
    }
  }
}
