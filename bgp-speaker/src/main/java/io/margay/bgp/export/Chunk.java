package io.margay.bgp.export;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.util.List;

/**
 * UPDATEs that are written once for all members of a group, in parts, some of which are not for
 * all. Counts its bytes' references: one is the log's.
 *
 * @param ip4 what is said of IPv4
 * @param ip6 what is said of IPv6
 */
record Chunk(ByteBuf bytes, List<Part> parts, ChunkRows ip4, ChunkRows ip6) {
  /** A member's place in no part's exceptions. */
  static final int NOBODY = -1;

  /**
   * Whole messages.
   *
   * @param from first byte
   * @param to the one behind the last
   * @param except a member that does not get it, as the route came from there; or nobody
   * @param alsoExcept another one, which brought the route into the AS; or nobody
   * @param only the one member that gets it; or nobody, and all others do
   */
  record Part(
      int from,
      int to,
      int except,
      int alsoExcept,
      int only,
      int messages,
      int announced,
      int withdrawn) {
    boolean isFor(int member) {
      return only == NOBODY ? member != except && member != alsoExcept : member == only;
    }
  }

  /** What a member gets of it: nothing is written when that is empty. */
  Message messageFor(int member) {
    int messages = 0;
    int announced = 0;
    int withdrawn = 0;
    boolean all = true;
    for (Part part : parts) {
      if (part.isFor(member)) {
        messages += part.messages();
        announced += part.announced();
        withdrawn += part.withdrawn();
      } else {
        all = false;
      }
    }
    ByteBuf content = all ? bytes.retainedDuplicate() : partsFor(member);
    return new Message(content, messages, announced, withdrawn);
  }

  private ByteBuf partsFor(int member) {
    CompositeByteBuf out = bytes.alloc().compositeBuffer(Math.max(16, parts.size()));
    int from = 0;
    int to = 0;
    for (Part part : parts) {
      if (part.isFor(member)) {
        if (part.from() != to) {
          add(out, from, to);
          from = part.from();
        }
        to = part.to();
      }
    }
    add(out, from, to);
    return out;
  }

  private void add(CompositeByteBuf out, int from, int to) {
    if (to > from) {
      out.addComponent(true, bytes.retainedSlice(from, to - from));
    }
  }
}
