package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/** What a node might send: packets, each with its length before it; no piece is outside of one. */
public final class JoinerFuzz {
  private static final int CAPACITY = 16;
  private static final int SLOT = 256;

  private JoinerFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (WireFormat format : WireFormat.values()) {
      join(format, input);
    }
  }

  private static void join(WireFormat format, byte[] input) {
    ByteBuffer bytes = ByteBuffer.allocate((CAPACITY + 1) * SLOT);
    var joiner = new Joiner(bytes, CAPACITY);
    int from = 0;
    for (int i = 0; i < CAPACITY && from < input.length; i++) {
      int length = Math.min(input[from] & 0xff, Math.min(input.length - from - 1, SLOT));
      int at = (i + 1) * SLOT;
      bytes.put(at, input, from + 1, length);
      from += 1 + length;
      int inner = format.unwrap(bytes, at, length);
      if (inner >= 0) {
        joiner.add(inner);
      }
    }
    for (int g = 0; g < joiner.groups(); g++) {
      check(bytes, joiner, g);
    }
  }

  private static void check(ByteBuffer bytes, Joiner joiner, int g) {
    int first = joiner.first(g);
    int total = Ipip.totalLength(bytes, joiner.at(first));
    for (int p = joiner.next(first); p != Joiner.NONE; p = joiner.next(p)) {
      int end = joiner.payload(p) + joiner.payloadLength(p);
      if (joiner.payloadLength(p) <= 0 || end > (joiner.at(p) / SLOT + 1) * SLOT) {
        throw new AssertionError("a payload from " + joiner.payload(p) + " to " + end);
      }
      total += joiner.payloadLength(p);
    }
    if (joiner.packets(g) > 1) {
      joiner.finish(g, 0);
      if (Ipip.totalLength(bytes, joiner.at(first)) != total) {
        throw new AssertionError("a packet of " + total + " bytes says otherwise");
      }
    }
  }
}
