package io.margay.bgp.wire;

import io.margay.bgp.attr.AsPath;

/**
 * Makes the attributes that go to a peer with two-byte AS numbers from a block (RFC 6793, 4.2.2):
 * in AS_PATH and AGGREGATOR stands AS_TRANS for what does not fit, and AS4_PATH and AS4_AGGREGATOR
 * beside them say all. Used again for block after block, by one thread.
 */
final class OldSpeakerBlock {
  /** Two more headers. */
  private static final int GROWTH = 16;

  private static final int SEGMENT_HEADER = 2;
  private static final int CONFED_SEQUENCE = AsPath.SegmentType.CONFED_SEQUENCE.code();
  private static final int CONFED_SET = AsPath.SegmentType.CONFED_SET.code();
  private static final int WIDEST = 0xffff;

  private byte[] out = new byte[512];
  private int end;

  // Where in the block the values stand that do not fit; nowhere where all do.
  private int pathFrom;
  private int pathTo;
  private int aggregatorFrom;

  /** The attributes that were made last begin at 0. Overwritten by the next ones. */
  byte[] bytes() {
    return out;
  }

  /** Makes the attributes, which are then in {@link #bytes}; gives back their length. */
  int make(byte[] in, int from, int to) {
    begin(to - from);
    int at = from;
    while (at < to && (in[at + 1] & 0xff) < AttributeCode.AS4_PATH) {
      int next = AttributeBlock.next(in, at);
      switch (in[at + 1] & 0xff) {
        case AttributeCode.AS_PATH -> path(in, at, next);
        case AttributeCode.AGGREGATOR -> aggregator(in, at);
        default -> copy(in, at, next);
      }
      at = next;
    }
    as4Path(in);
    as4Aggregator(in);
    copy(in, at, to);
    return end;
  }

  private void begin(int length) {
    // The path may stand there twice.
    int most = 2 * length + GROWTH;
    if (most > out.length) {
      out = new byte[2 * most];
    }
    end = 0;
    pathFrom = 0;
    pathTo = 0;
    aggregatorFrom = 0;
  }

  private void path(byte[] in, int attribute, int next) {
    int from = AttributeBlock.value(in, attribute);
    int length = 0;
    boolean fits = true;
    for (int at = from; at < next; at = segmentEnd(in, at)) {
      length += SEGMENT_HEADER + 2 * (in[at + 1] & 0xff);
      fits &= isConfederation(in, at) || segmentFits(in, at);
    }
    if (!fits) {
      pathFrom = from;
      pathTo = next;
    }
    header(in[attribute], AttributeCode.AS_PATH, length);
    for (int at = from; at < next; at = segmentEnd(in, at)) {
      out[end] = in[at];
      out[end + 1] = in[at + 1];
      end += SEGMENT_HEADER;
      for (int as = at + SEGMENT_HEADER; as < segmentEnd(in, at); as += 4) {
        shortAs(in, as);
      }
    }
  }

  private void aggregator(byte[] in, int attribute) {
    int value = AttributeBlock.value(in, attribute);
    if (BigEndian.u32(in, value) > WIDEST) {
      aggregatorFrom = value;
    }
    header(in[attribute], AttributeCode.AGGREGATOR, 6);
    shortAs(in, value);
    copy(in, value + 4, value + 8);
  }

  // RFC 6793, 6: without the segments of confederations.
  private void as4Path(byte[] in) {
    int length = 0;
    for (int at = pathFrom; at < pathTo; at = segmentEnd(in, at)) {
      length += isConfederation(in, at) ? 0 : segmentEnd(in, at) - at;
    }
    if (length > 0) {
      header(AttributeSpec.OPTIONAL_TRANSITIVE, AttributeCode.AS4_PATH, length);
    }
    for (int at = pathFrom; at < pathTo; at = segmentEnd(in, at)) {
      if (!isConfederation(in, at)) {
        copy(in, at, segmentEnd(in, at));
      }
    }
  }

  private void as4Aggregator(byte[] in) {
    if (aggregatorFrom > 0) {
      header(AttributeSpec.OPTIONAL_TRANSITIVE, AttributeCode.AS4_AGGREGATOR, 8);
      copy(in, aggregatorFrom, aggregatorFrom + 8);
    }
  }

  private void shortAs(byte[] in, int at) {
    BigEndian.put16(out, end, OpenMessage.shortAs(BigEndian.u32(in, at)));
    end += 2;
  }

  private static boolean segmentFits(byte[] in, int segment) {
    boolean fits = true;
    for (int at = segment + SEGMENT_HEADER; at < segmentEnd(in, segment); at += 4) {
      fits &= BigEndian.u32(in, at) <= WIDEST;
    }
    return fits;
  }

  private static int segmentEnd(byte[] in, int segment) {
    return segment + SEGMENT_HEADER + 4 * (in[segment + 1] & 0xff);
  }

  private static boolean isConfederation(byte[] in, int segment) {
    return in[segment] == CONFED_SEQUENCE || in[segment] == CONFED_SET;
  }

  private void header(int flags, int code, int length) {
    int own = flags & ~AttributeSpec.EXTENDED_LENGTH;
    int all = length > 255 ? own | AttributeSpec.EXTENDED_LENGTH : own;
    end = AttributeBlock.putHeader(out, end, all, code, length);
  }

  private void copy(byte[] in, int from, int to) {
    System.arraycopy(in, from, out, end, to - from);
    end += to - from;
  }
}
