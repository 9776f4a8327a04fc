package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/** What a device might hand over: what is cut lies inside of what was read. */
public final class SegmentsFuzz {
  private static final int HEADERS = 128;

  private SegmentsFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    int length = input.length - VirtioHeader.BYTES;
    if (!(length >= Ipip.HEADER && length <= 0xffff)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(HEADERS + input.length).put(HEADERS, input);
    var segments = new Segments(bytes);
    int at = HEADERS + VirtioHeader.BYTES;
    if (segments.take(HEADERS, at, length)) {
      int end = at + segments.headers();
      for (int i = 0; i < segments.count(); i++) {
        segments.writeHeaders(i, 0);
        if (segments.payload(i) != end || segments.payloadLength(i) <= 0) {
          throw new AssertionError("segment " + i + " at " + segments.payload(i));
        }
        end += segments.payloadLength(i);
      }
      if (end > bytes.capacity()) {
        throw new AssertionError("segments end at " + end + " of " + bytes.capacity());
      }
    }
    segments.finish(HEADERS, at, length);
  }
}
