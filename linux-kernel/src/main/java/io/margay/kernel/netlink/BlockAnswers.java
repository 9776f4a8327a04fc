package io.margay.kernel.netlink;

import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;
import java.nio.ByteBuffer;

/**
 * Reads the kernel's answers to a block of requests: one to each that it refuses, and one to the
 * last, which says that it is through. Makes an object only of a refusal. Owned by one thread.
 */
final class BlockAnswers {
  private static final int TYPE_AT = 4;
  private static final int SEQUENCE_AT = 8;
  private static final int PORT_AT = 12;
  private static final int LEAST_BYTES = Nlm.HEADER_BYTES + Integer.BYTES;

  private final MessageCursor cursor = new MessageCursor();

  /**
   * Takes one datagram; passes over what is no answer to the block's requests.
   *
   * @param port the number of the socket that the block was sent by
   * @return whether it was the answer to the last request: no other comes
   */
  boolean take(RequestBlock block, ByteBuffer in, int at, int length, int port) {
    if (length < LEAST_BYTES
        || (in.getShort(at + TYPE_AT) & 0xffff) != Nlm.ERROR
        || in.getInt(at + PORT_AT) != port) {
      return false;
    }
    int request = in.getInt(at + SEQUENCE_AT) - block.bytes().first();
    if (request < 0 || request >= block.count()) {
      return false;
    }
    if (in.getInt(at + Nlm.HEADER_BYTES) != 0) {
      block.refused(request, refusal(in, at, length));
    }
    return request == block.count() - 1;
  }

  private Ack refusal(ByteBuffer in, int at, int length) {
    int end = at + Math.min(length, Math.max(LEAST_BYTES, in.getInt(at)));
    cursor.over(in, at + Nlm.HEADER_BYTES, end);
    return AckBytes.read(cursor, Nlm.ERROR, in.getShort(at + Nlm.FLAGS_AT) & 0xffff);
  }
}
