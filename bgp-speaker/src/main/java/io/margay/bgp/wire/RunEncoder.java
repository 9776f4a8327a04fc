package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import java.util.Arrays;

/**
 * Writes UPDATEs from blocks and prefixes as primitives: with as many prefixes a message as fit,
 * IPv4 in the classic fields, IPv6 and IPv4 with an IPv6 next hop in MP_REACH_NLRI, which comes
 * first.
 *
 * <p>Say what is to come ({@link #withdrawals} or {@link #announcements}), then its prefixes, and
 * {@link #finish} before the bytes are taken. Used again and again, by one thread.
 */
public final class RunEncoder {
  /** What may be written behind the longest message before it is cut to its length. */
  private static final int SLACK = 32;

  /** Room that a message keeps for other than attributes. */
  private static final int LEAST_ROOM = 128;

  private static final byte[] HEADER = new byte[BgpMessage.HEADER];

  static {
    Arrays.fill(HEADER, 0, 16, (byte) 0xff);
    HEADER[18] = BgpMessage.TYPE_UPDATE;
  }

  /** What prefixes are written into. */
  private enum Into {
    WITHDRAWN,
    MP_UNREACH,
    CLASSIC,
    MP_REACH
  }

  private final WireFormat format;
  private final OldSpeakerBlock old = new OldSpeakerBlock();
  private byte[] out = new byte[1 << 16];
  private int end;
  private int messages;

  // What is being said.
  private Into into = Into.WITHDRAWN;
  private Family family = Family.IPV4;
  private boolean withIds;
  private byte[] block = HEADER;
  private int blockFrom;
  private int blockTo;
  private int hopFrom;
  private int hopTo;

  // The open message, if any: where it begins, where its prefixes must end, and where the length of
  // the field is that they go into.
  private boolean open;
  private int start;
  private int limit;
  private int fieldAt;

  public RunEncoder(WireFormat format) {
    this.format = format;
  }

  /** The prefixes that follow are withdrawn. */
  public void withdrawals(Family of) {
    Into next = of == Family.IPV4 ? Into.WITHDRAWN : Into.MP_UNREACH;
    if (into != next) {
      finish();
    }
    into = next;
    family(of);
  }

  /**
   * The prefixes that follow have these attributes. When no message has room for them, or the block
   * is empty, they are withdrawn: what cannot be said must not stay said.
   *
   * @param bytes not to be changed before other prefixes follow, or the end
   */
  public void announcements(Family of, byte[] bytes, int from, int to) {
    finish();
    if (format.as4()) {
      attributes(of, bytes, from, to);
    } else {
      int length = old.make(bytes, from, to);
      attributes(of, old.bytes(), 0, length);
    }
  }

  private void attributes(Family of, byte[] bytes, int from, int to) {
    int hop = AttributeBlock.find(bytes, from, to, AttributeCode.NEXT_HOP);
    int behind = hop == to ? to : AttributeBlock.next(bytes, hop);
    int hopLength = hop == to ? 0 : behind - AttributeBlock.value(bytes, hop);
    boolean classic = of == Family.IPV4 && (hopLength == 0 || hopLength == 4);
    int size = to - from - (classic ? 0 : behind - hop);
    if (from == to || size > format.maxLength() - LEAST_ROOM) {
      withdrawals(of);
      return;
    }
    if (!classic && hopLength == 0) {
      throw new IllegalArgumentException("a block without a next hop for " + of);
    }
    into = classic ? Into.CLASSIC : Into.MP_REACH;
    block = bytes;
    blockFrom = from;
    blockTo = to;
    hopFrom = hop;
    hopTo = behind;
    family(of);
  }

  /**
   * One more prefix.
   *
   * @param high upper half of the address; an IPv4 one stands in the upper 32 bits
   * @param low lower half of an IPv6 address
   * @param pathId written where identifiers were agreed on (RFC 7911)
   */
  public void prefix(long high, long low, int length, int pathId) {
    int bytes = (length + 7) >>> 3;
    int size = (withIds ? Nlri.ID_BYTES + 1 : 1) + bytes;
    if (!open || end + size > limit) {
      finish();
      begin();
    }
    int at = end;
    if (withIds) {
      BigEndian.put32(out, at, pathId);
      at += Nlri.ID_BYTES;
    }
    out[at++] = (byte) length;
    // More than the prefix is; what comes next is written over it.
    BigEndian.put64(out, at, high);
    if (length > 64) {
      BigEndian.put64(out, at + 8, low);
    }
    end = at + bytes;
  }

  /** The family's table is complete (RFC 4724, 2). */
  public void endOfRib(Family of) {
    withdrawals(of);
    finish();
    begin();
    finish();
  }

  /** Ends the open message. */
  public void finish() {
    if (!open) {
      return;
    }
    open = false;
    switch (into) {
      case WITHDRAWN -> {
        BigEndian.put16(out, fieldAt, end - fieldAt - 2);
        BigEndian.put16(out, end, 0);
        end += 2;
      }
      case MP_UNREACH -> {
        // Before flags, code and length of the first attribute stands the length of all.
        BigEndian.put16(out, fieldAt - 4, end - fieldAt + 2);
        BigEndian.put16(out, fieldAt, end - fieldAt - 2);
      }
      case CLASSIC -> {}
      case MP_REACH -> {
        BigEndian.put16(out, fieldAt, end - fieldAt - 2);
        copy(blockFrom, hopFrom);
        copy(hopTo, blockTo);
        BigEndian.put16(out, fieldAt - 4, end - fieldAt + 2);
      }
    }
    BigEndian.put16(out, start + 16, end - start);
    messages++;
  }

  /** What was written, from 0 to {@link #length}; not to be kept behind another call. */
  public byte[] bytes() {
    return out;
  }

  /** How many bytes were written. */
  public int length() {
    return end;
  }

  /** How many messages were written. */
  public int messages() {
    return messages;
  }

  /** Forgets all. */
  public void clear() {
    open = false;
    end = 0;
    messages = 0;
  }

  private void family(Family of) {
    family = of;
    withIds = format.idsOut().contains(of);
  }

  private void begin() {
    int most = end + format.maxLength() + SLACK;
    if (most > out.length) {
      out = Arrays.copyOf(out, Math.max(most, 2 * out.length));
    }
    open = true;
    start = end;
    limit = start + format.maxLength();
    System.arraycopy(HEADER, 0, out, start, HEADER.length);
    end += HEADER.length;
    switch (into) {
      case WITHDRAWN -> {
        fieldAt = end;
        end += 2;
        limit -= 2;
      }
      case MP_UNREACH -> multiprotocol(AttributeCode.MP_UNREACH);
      case CLASSIC -> {
        BigEndian.put16(out, end, 0);
        BigEndian.put16(out, end + 2, blockTo - blockFrom);
        end += 4;
        copy(blockFrom, blockTo);
      }
      case MP_REACH -> {
        multiprotocol(AttributeCode.MP_REACH);
        int value = AttributeBlock.value(block, hopFrom);
        out[end++] = (byte) (hopTo - value);
        copy(value, hopTo);
        out[end++] = 0;
        limit -= (hopFrom - blockFrom) + (blockTo - hopTo);
      }
    }
  }

  /** No withdrawn routes, then attributes that begin with this one and its family. */
  private void multiprotocol(int code) {
    BigEndian.put16(out, end, 0);
    int flags = AttributeSpec.OPTIONAL | AttributeSpec.EXTENDED_LENGTH;
    end = AttributeBlock.putHeader(out, end + 4, flags, code, 0);
    fieldAt = end - 2;
    BigEndian.put16(out, end, family.afi());
    out[end + 2] = Capability.SAFI_UNICAST;
    end += 3;
  }

  private void copy(int from, int to) {
    System.arraycopy(block, from, out, end, to - from);
    end += to - from;
  }
}
