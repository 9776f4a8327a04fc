package io.margay.foundation.addr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An IPv6 address as two longs in network order. */
public record Ip6(long high, long low) implements Ip {
  /** {@code ::}. */
  public static final Ip6 ANY = new Ip6(0, 0);

  /** Reads the forms of RFC 4291, 2.2, without a zone; empty when the text is anything else. */
  public static Optional<Ip6> parse(String text) {
    return Ip6Text.parse(text);
  }

  /**
   * Reads one address that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no IPv6 address
   */
  public static Ip6 of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not an IPv6 address: \"" + text + "\""));
  }

  /** The address of the sixteen bytes at {@code offset}. */
  public static Ip6 ofBytes(byte[] bytes, int offset) {
    return new Ip6(readLong(bytes, offset), readLong(bytes, offset + 8));
  }

  @Override
  public Family family() {
    return Family.IPV6;
  }

  @Override
  public byte[] toBytes() {
    byte[] bytes = new byte[16];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (high >> (56 - 8 * i));
      bytes[8 + i] = (byte) (low >> (56 - 8 * i));
    }
    return bytes;
  }

  @Override
  public Ip6 masked(int length) {
    if (length >= 64) {
      return new Ip6(high, length == 64 ? 0 : low & -1L << (128 - length));
    }
    return new Ip6(length == 0 ? 0 : high & -1L << (64 - length), 0);
  }

  @Override
  public Ip6 plus(long offset) {
    long sum = low + offset;
    int carry =
        offset >= 0
            ? (Long.compareUnsigned(sum, low) < 0 ? 1 : 0)
            : (Long.compareUnsigned(sum, low) > 0 ? -1 : 0);
    return new Ip6(high + carry, sum);
  }

  /** fe80::/10 (RFC 4291, 2.5.6). */
  public boolean isLinkLocal() {
    return high >>> 54 == 0x3fa;
  }

  @Override
  public boolean isGlobalUnicast() {
    boolean loopbackOrAny = high == 0 && (low == 0 || low == 1);
    boolean multicast = high >>> 56 == 0xff;
    return !loopbackOrAny && !multicast && !isLinkLocal();
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ip6 ip && ip.high == high && ip.low == low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** The one form of RFC 5952: lower case, the longest run of zeros as {@code ::}. */
  @Override
  public String toString() {
    return Ip6Text.print(this);
  }

  int group(int index) {
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private static long readLong(byte[] bytes, int offset) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[offset + i] & 0xff);
    }
    return value;
  }
}
