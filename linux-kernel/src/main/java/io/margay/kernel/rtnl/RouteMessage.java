package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.NativeBytes;
import io.margay.kernel.nlmsg.Nlm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * One route of a dump as it lies in the receive buffer, for readers that know most of what they
 * read: where the route stands is read out, the rest is compared as bytes. Good until the next one
 * is read. Owned by one thread.
 */
public final class RouteMessage {
  private static final int FAMILY_AT = Nlm.HEADER_BYTES;
  private static final int LENGTH_AT = Nlm.HEADER_BYTES + 1;
  private static final int REST_AT = Nlm.HEADER_BYTES + 2;
  private static final int TABLE_AT = Nlm.HEADER_BYTES + 4;
  private static final int ATTRIBUTES_AT = Nlm.HEADER_BYTES + 12;
  private static final int INET = Family.IPV4.addressFamily();
  private static final int INET6 = Family.IPV6.addressFamily();

  private final MessageCursor cursor = new MessageCursor();
  private byte[] bytes = {};
  private int from;
  private int to;
  private int family;
  private int length;
  private int table;
  private int metric;
  private long high;
  private long low;
  private int addressAt;
  private int addressBytes;
  private int kind;

  /** The message before, unless it was broken or had very many next hops. */
  private final byte[] last = new byte[512];

  private int lastBytes;
  private int lastAddressAt;

  /** Reads where the route of this message stands; false when it is none, or is broken. */
  public boolean over(byte[] message, int start, int end) {
    bytes = message;
    from = start;
    to = end;
    if (end - start < ATTRIBUTES_AT) {
      return false;
    }
    length = bytes[start + LENGTH_AT] & 0xff;
    if (isLikeLast()) {
      addressAt = start + lastAddressAt;
      address();
      return true;
    }
    kind++;
    lastBytes = 0;
    family = bytes[start + FAMILY_AT];
    table = bytes[start + TABLE_AT] & 0xff;
    metric = 0;
    high = 0;
    low = 0;
    addressAt = end;
    addressBytes = 0;
    if ((family != INET && family != INET6) || !attributes(start + ATTRIBUTES_AT)) {
      return false;
    }
    address();
    remember();
    return true;
  }

  /**
   * Messages with the same kind one after the other are the same but for their destinations: most
   * routes of a dump lead to the same places.
   */
  public int kind() {
    return kind;
  }

  /** Whether the destination is IPv4; else it is IPv6, or what we never ask for. */
  public boolean isIpv4() {
    return family == INET;
  }

  /** The prefix length of the destination. */
  public int length() {
    return length;
  }

  public int table() {
    return table;
  }

  public int metric() {
    return metric;
  }

  /** The upper half of an IPv6 destination; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** The lower half of an IPv6 destination; an IPv4 one as an unsigned number. */
  public long low() {
    return low;
  }

  /** The message; what another message's is compared with by {@link #isLike}. */
  public byte[] copy() {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Whether this is the same message as another of its family but for the destination. */
  public boolean isLike(byte[] other) {
    int address = addressAt - from;
    int behind = address + addressBytes;
    return other.length == to - from
        && Arrays.equals(bytes, from + REST_AT, addressAt, other, REST_AT, address)
        && Arrays.equals(bytes, from + behind, to, other, behind, other.length);
  }

  /** The route; empty when it is of another family or broken. */
  public Optional<RouteEntry> entry() {
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return RouteBytes.read(cursor.over(view, from + Nlm.HEADER_BYTES, to));
  }

  private boolean attributes(int start) {
    int at = start;
    while (to - at >= Nlm.ATTRIBUTE_HEADER_BYTES) {
      int size = NativeBytes.u16(bytes, at);
      if (size < Nlm.ATTRIBUTE_HEADER_BYTES || size > to - at) {
        return false;
      }
      int value = at + Nlm.ATTRIBUTE_HEADER_BYTES;
      switch (NativeBytes.u16(bytes, at + 2) & Nlm.TYPE_MASK) {
        case RouteBytes.DST -> {
          addressAt = value;
          addressBytes = size - Nlm.ATTRIBUTE_HEADER_BYTES;
        }
        case RouteBytes.TABLE -> table = number(value, size);
        case RouteBytes.PRIORITY -> metric = number(value, size);
        default -> {}
      }
      at += Nlm.align(size);
    }
    return true;
  }

  private int number(int at, int size) {
    return size < Nlm.ATTRIBUTE_HEADER_BYTES + Integer.BYTES ? 0 : NativeBytes.i32(bytes, at);
  }

  private void address() {
    if (addressBytes == Integer.BYTES) {
      low = NativeBytes.be32(bytes, addressAt) & 0xffffffffL;
    } else if (addressBytes == 2 * Long.BYTES) {
      high = NativeBytes.be64(bytes, addressAt);
      low = NativeBytes.be64(bytes, addressAt + Long.BYTES);
    }
  }

  private boolean isLikeLast() {
    int behind = lastAddressAt + addressBytes;
    return to - from == lastBytes
        && bytes[from + FAMILY_AT] == last[FAMILY_AT]
        && Arrays.equals(bytes, from + REST_AT, from + lastAddressAt, last, REST_AT, lastAddressAt)
        && Arrays.equals(bytes, from + behind, to, last, behind, lastBytes);
  }

  private void remember() {
    if (to - from <= last.length) {
      System.arraycopy(bytes, from, last, 0, to - from);
      lastBytes = to - from;
      lastAddressAt = addressAt - from;
    }
  }
}
