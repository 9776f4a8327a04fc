package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads UPDATEs into a run. Plain ones without a fault, which nearly all are, go from bytes to
 * bytes; the rest is read by {@link UpdateDecoder} and put behind them, so that there is one place
 * that knows what a fault costs. Both ways mean the same. Used by one thread.
 */
public final class RunDecoder {
  private final WireFormat format;
  private final AttributeScan attributes;
  private final BlockHash hash = new BlockHash();
  private final boolean ip4;
  private final boolean idsIp4;
  private final boolean idsIp6;
  private Optional<MalformedMessage> malformed = Optional.empty();

  // The attributes of the last plain UPDATE of this read, and their block: many senders write one
  // UPDATE for each prefix.
  private int lastFrom;
  private int lastTo;
  private int blockFrom;
  private int blockTo;
  private int blockHash;

  public RunDecoder(WireFormat format) {
    this.format = format;
    this.attributes = new AttributeScan(format);
    this.ip4 = format.families().contains(Family.IPV4);
    this.idsIp4 = format.hasIds(Family.IPV4);
    this.idsIp6 = format.hasIds(Family.IPV6);
  }

  /**
   * Reads whole UPDATEs up to {@code to}, each appended to the run. Ends before the first message
   * that is something else, is not complete or has a bad header ({@link Framing} tells which), and
   * behind the first that ends the session: {@link #malformed} then says why.
   *
   * @return where it ended
   */
  public int read(byte[] in, int from, int to, UpdateRun out) {
    malformed = Optional.empty();
    lastFrom = 0;
    lastTo = 0;
    int at = from;
    while (malformed.isEmpty() && to - at >= BgpMessage.HEADER && isUpdate(in, at)) {
      int length = BigEndian.u16(in, at + 16);
      if (length < BgpMessage.HEADER + 4 || length > format.maxLength() || length > to - at) {
        break;
      }
      int prefixes = out.prefixes;
      int blocksEnd = out.blocksEnd;
      if (!readPlain(in, at + BgpMessage.HEADER, at + length, out)) {
        out.prefixes = prefixes;
        out.blocksEnd = blocksEnd;
        readAny(in, at, length, out);
      }
      at += length;
    }
    return at;
  }

  /** Why the last read ended behind an UPDATE; empty when it ended otherwise. */
  public Optional<MalformedMessage> malformed() {
    return malformed;
  }

  private static boolean isUpdate(byte[] in, int at) {
    return BigEndian.i64(in, at) == -1L
        && BigEndian.i64(in, at + 8) == -1L
        && in[at + 18] == BgpMessage.TYPE_UPDATE;
  }

  private void readAny(byte[] in, int at, int length, UpdateRun out) {
    switch (MessageDecoder.decode(Unpooled.wrappedBuffer(in, at, length), length, format)) {
      case DecodedUpdate update -> RunObjects.append(out, update, hash);
      case MalformedMessage bad -> malformed = Optional.of(bad);
      case BgpMessage other -> throw new IllegalStateException("an UPDATE read as " + other);
    }
  }

  /** False when it is not plain; the run has no operation of it then. */
  boolean readPlain(byte[] in, int at, int end, UpdateRun out) {
    int withdrawnTo = at + 2 + BigEndian.u16(in, at);
    if (!format.as4() || withdrawnTo + 2 > end) {
      return false;
    }
    int from = withdrawnTo + 2;
    int to = from + BigEndian.u16(in, withdrawnTo);
    boolean classic = withdrawnTo > at + 2 || to < end;
    if (to > end || (classic && !ip4)) {
      return false;
    }
    int first = out.prefixes;
    if (!RunNlri.readIp4(in, at + 2, withdrawnTo, idsIp4, out)) {
      return false;
    }
    if (to == from) {
      return withoutAttributes(first, to < end, out);
    }
    boolean known = isLast(in, from, to);
    if (!known && !attributes.scan(in, from, to)) {
      return false;
    }
    boolean simple = known || !attributes.hasMultiprotocol();
    return simple
        ? classic(in, from, to, end, first, known, out)
        : multiprotocol(in, from, to, end, first, out);
  }

  private boolean withoutAttributes(int first, boolean announced, UpdateRun out) {
    if (announced || !ip4) {
      return false;
    }
    out.nextUpdate();
    out.withdraw(Family.IPV4, first, out.prefixes);
    if (first == out.prefixes) {
      out.endOfRib(Family.IPV4);
    }
    return true;
  }

  private boolean isLast(byte[] in, int from, int to) {
    return to - from == lastTo - lastFrom && Arrays.equals(in, from, to, in, lastFrom, lastTo);
  }

  /** All prefixes are IPv4 and in the fields of RFC 4271. */
  private boolean classic(
      byte[] in, int from, int to, int end, int first, boolean known, UpdateRun out) {
    int withdrawn = out.prefixes;
    if (to < end) {
      if (!RunNlri.readIp4(in, to, end, idsIp4, out)) {
        return false;
      }
      if (!known) {
        if (!hasPath() || !attributes.has(AttributeCode.NEXT_HOP)) {
          return false;
        }
        block(in, from, to, attributes.valueAt(AttributeCode.NEXT_HOP), 4, out);
        lastFrom = from;
        lastTo = to;
      }
    }
    out.nextUpdate();
    out.withdraw(Family.IPV4, first, withdrawn);
    out.announce(Family.IPV4, withdrawn, out.prefixes, blockFrom, blockTo, blockHash);
    return true;
  }

  private boolean multiprotocol(byte[] in, int from, int to, int end, int first, UpdateRun out) {
    int withdrawn = out.prefixes;
    boolean reach = attributes.has(AttributeCode.MP_REACH);
    boolean unreach = attributes.has(AttributeCode.MP_UNREACH);
    boolean classic = to < end;
    boolean complete = hasPath() && (!classic || attributes.has(AttributeCode.NEXT_HOP));
    if (((classic || reach) && !complete) || (unreach && !readUnreach(in, out))) {
      return false;
    }
    int announced = out.prefixes;
    if (!RunNlri.readIp4(in, to, end, idsIp4, out)) {
      return false;
    }
    int reached = out.prefixes;
    if (reach && !readReach(in, out)) {
      return false;
    }
    out.nextUpdate();
    out.withdraw(Family.IPV4, first, withdrawn);
    out.withdraw(attributes.unreachFamily(), withdrawn, announced);
    if (announced < reached) {
      block(in, from, to, attributes.valueAt(AttributeCode.NEXT_HOP), 4, out);
      out.announce(Family.IPV4, announced, reached, blockFrom, blockTo, blockHash);
    }
    if (reached < out.prefixes) {
      int hop = attributes.valueAt(AttributeCode.MP_REACH) + 4;
      block(in, from, to, hop, in[hop - 1] & 0xff, out);
      out.announce(attributes.reachFamily(), reached, out.prefixes, blockFrom, blockTo, blockHash);
    }
    if (first == out.prefixes && !reach) {
      out.endOfRib(attributes.unreachFamily());
    }
    return true;
  }

  private boolean hasPath() {
    return attributes.has(AttributeCode.ORIGIN) && attributes.has(AttributeCode.AS_PATH);
  }

  private boolean readUnreach(byte[] in, UpdateRun out) {
    int value = attributes.valueAt(AttributeCode.MP_UNREACH);
    int end = value + attributes.valueLength(AttributeCode.MP_UNREACH);
    return readPrefixes(in, value + 3, end, attributes.unreachFamily(), out);
  }

  private boolean readReach(byte[] in, UpdateRun out) {
    int value = attributes.valueAt(AttributeCode.MP_REACH);
    int end = value + attributes.valueLength(AttributeCode.MP_REACH);
    int prefixes = value + 5 + (in[value + 3] & 0xff);
    return readPrefixes(in, prefixes, end, attributes.reachFamily(), out);
  }

  private boolean readPrefixes(byte[] in, int from, int to, Family family, UpdateRun out) {
    return switch (family) {
      case IPV4 -> RunNlri.readIp4(in, from, to, idsIp4, out);
      case IPV6 -> RunNlri.readIp6(in, from, to, idsIp6, out);
    };
  }

  private void block(byte[] in, int from, int to, int hop, int hopLength, UpdateRun out) {
    lastFrom = 0; // the block is another's from here on
    lastTo = 0;
    blockFrom = out.blocksEnd;
    attributes.writeBlock(in, from, to, hop, hopLength, out);
    blockTo = out.blocksEnd;
    blockHash = hash.of(out.blocks, blockFrom, blockTo);
  }
}
