package io.margay.bgp.wire;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.Optional;

/**
 * Makes the block that goes to a group of peers from the one that was chosen, by copying bytes.
 * Used again for block after block, by one thread.
 */
public final class BlockRewriter {
  /** What a rewritten block can be longer by, at most. */
  private static final int GROWTH = 64;

  private static final int LONGEST_VALUE = 0xffff;
  private static final int SEQUENCE = 2;
  private static final int NO_EXPORT = Community.NO_EXPORT.value();

  private byte[] out = new byte[512];
  private int end;
  private boolean tooLong;

  /** The block that was made last begins at 0. Overwritten by the next one. */
  public byte[] bytes() {
    return out;
  }

  /**
   * Makes the block; it is then in {@link #bytes}.
   *
   * @return its length; 0 when no bytes can say it, because a value would be longer than 65535
   */
  public int rewrite(byte[] in, int from, int to, Rewrite rewrite) {
    begin(to - from + GROWTH);
    long changes = rewrite.changes();
    long additions = rewrite.additions();
    int copied = from;
    int at = from;
    while (at < to) {
      int code = in[at + 1] & 0xff;
      int next = AttributeBlock.next(in, at);
      long bit = code < Long.SIZE ? 1L << code : 0;
      // Above 63 that is all of them.
      long before = additions & (bit - 1);
      boolean changed = (changes & bit) != 0;
      if (before != 0 || changed) {
        copy(in, copied, at);
        add(before, rewrite);
        copied = at;
      }
      if (changed) {
        change(in, at, next, code, rewrite);
        copied = next;
      }
      additions &= ~(before | bit);
      at = next;
    }
    copy(in, copied, to);
    add(additions, rewrite);
    return tooLong ? 0 : end;
  }

  private void begin(int most) {
    if (most > out.length) {
      out = new byte[Math.max(most, 2 * out.length)];
    }
    end = 0;
    tooLong = false;
  }

  private void add(long codes, Rewrite rewrite) {
    long left = codes;
    while (left != 0) {
      int code = Long.numberOfTrailingZeros(left);
      left &= left - 1;
      switch (code) {
        case AttributeCode.NEXT_HOP -> nextHop(rewrite.nextHop().orElseThrow());
        case AttributeCode.LOCAL_PREF ->
            number(
                AttributeSpec.WELL_KNOWN,
                code,
                rewrite.stale() ? 0 : (int) Attributes.DEFAULT_LOCAL_PREF);
        case AttributeCode.COMMUNITIES ->
            number(AttributeSpec.OPTIONAL_TRANSITIVE, code, NO_EXPORT);
        case AttributeCode.ORIGINATOR_ID ->
            number(AttributeSpec.OPTIONAL, code, reflection(rewrite).originatorId().bits());
        case AttributeCode.CLUSTER_LIST ->
            number(AttributeSpec.OPTIONAL, code, reflection(rewrite).clusterId().bits());
        case AttributeCode.ONLY_TO_CUSTOMER ->
            number(AttributeSpec.OPTIONAL_TRANSITIVE, code, onlyToCustomer(rewrite));
        default -> throw new IllegalStateException(AttributeCode.name(code) + " is never added");
      }
    }
  }

  /** Writes what becomes of an attribute that is there; nothing when it is left out. */
  private void change(byte[] in, int attribute, int next, int code, Rewrite rewrite) {
    int value = AttributeBlock.value(in, attribute);
    switch (code) {
      case AttributeCode.AS_PATH ->
          prependAs(in, value, next, (int) rewrite.external().orElseThrow().localAs());
      case AttributeCode.NEXT_HOP -> {
        Optional<Ip> other = rewrite.nextHop();
        if (other.isPresent()) {
          nextHop(other.get());
        } else {
          header(AttributeSpec.WELL_KNOWN, code, Math.min(next - value, 16));
          copy(in, value, Math.min(next, value + 16));
        }
      }
      case AttributeCode.LOCAL_PREF -> {
        if (rewrite.stale()) {
          number(AttributeSpec.WELL_KNOWN, code, 0);
        }
      }
      case AttributeCode.COMMUNITIES -> addNoExport(in, attribute, value, next);
      case AttributeCode.CLUSTER_LIST -> {
        if (rewrite.reflection().isPresent()) {
          header(AttributeSpec.OPTIONAL, code, next - value + 4);
          put32(rewrite.reflection().get().clusterId().bits());
          copy(in, value, next);
        }
      }
      default -> {} // left out
    }
  }

  // RFC 4271, 5.1.2: in front of the first sequence, or as one of its own where that is full.
  private void prependAs(byte[] in, int from, int to, int asn) {
    int first = from < to && in[from] == SEQUENCE ? in[from + 1] & 0xff : AsPath.MAX_SEGMENT;
    boolean joined = first < AsPath.MAX_SEGMENT;
    header(AttributeSpec.WELL_KNOWN, AttributeCode.AS_PATH, to - from + (joined ? 4 : 6));
    out[end] = SEQUENCE;
    out[end + 1] = (byte) (joined ? first + 1 : 1);
    end += 2;
    put32(asn);
    copy(in, joined ? from + 2 : from, to);
  }

  private void addNoExport(byte[] in, int attribute, int value, int next) {
    boolean there = false;
    for (int at = value; at < next; at += 4) {
      there |= BigEndian.i32(in, at) == NO_EXPORT;
    }
    int flags = in[attribute] & ~AttributeSpec.EXTENDED_LENGTH;
    header(flags, AttributeCode.COMMUNITIES, next - value + (there ? 0 : 4));
    copy(in, value, next);
    if (!there) {
      put32(NO_EXPORT);
    }
  }

  private void nextHop(Ip address) {
    header(AttributeSpec.WELL_KNOWN, AttributeCode.NEXT_HOP, address.family().bytes());
    if (address instanceof Ip4 ip) {
      put32(ip.bits());
    } else if (address instanceof Ip6 ip) {
      BigEndian.put64(out, end, ip.high());
      BigEndian.put64(out, end + 8, ip.low());
      end += 16;
    }
  }

  private void number(int flags, int code, int value) {
    header(flags, code, 4);
    put32(value);
  }

  private void header(int flags, int code, int length) {
    tooLong |= length > LONGEST_VALUE;
    int all = length > 255 ? flags | AttributeSpec.EXTENDED_LENGTH : flags;
    end = AttributeBlock.putHeader(out, end, all, code, length);
  }

  private void put32(int value) {
    BigEndian.put32(out, end, value);
    end += 4;
  }

  private void copy(byte[] in, int from, int to) {
    System.arraycopy(in, from, out, end, to - from);
    end += to - from;
  }

  private static Rewrite.Reflection reflection(Rewrite rewrite) {
    return rewrite.reflection().orElseThrow();
  }

  private static int onlyToCustomer(Rewrite rewrite) {
    return (int) rewrite.external().orElseThrow().onlyToCustomer().orElseThrow();
  }
}
