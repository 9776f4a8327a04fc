package io.margay.foundation.addr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An IPv4 address as one int in network order (10.0.0.1 is 0x0a000001). */
public record Ip4(int bits) implements Ip {
  /** 0.0.0.0. */
  public static final Ip4 ANY = new Ip4(0);

  /**
   * Reads dotted decimal, four parts without leading zeros; empty when the text is anything else.
   */
  public static Optional<Ip4> parse(String text) {
    int bits = 0;
    int part = 0;
    int digits = 0;
    int parts = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        if (digits == 0 || ++parts > 3) {
          return Optional.empty();
        }
        bits = bits << 8 | part;
        part = 0;
        digits = 0;
      } else if (c >= '0' && c <= '9') {
        if (digits > 0 && part == 0) {
          return Optional.empty();
        }
        part = part * 10 + (c - '0');
        if (part > 255) {
          return Optional.empty();
        }
        digits++;
      } else {
        return Optional.empty();
      }
    }
    return parts == 3 && digits > 0 ? Optional.of(new Ip4(bits << 8 | part)) : Optional.empty();
  }

  /**
   * Reads one address that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no IPv4 address
   */
  public static Ip4 of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not an IPv4 address: \"" + text + "\""));
  }

  /** The address of the four bytes at {@code offset}. */
  public static Ip4 ofBytes(byte[] bytes, int offset) {
    return new Ip4(
        (bytes[offset] & 0xff) << 24
            | (bytes[offset + 1] & 0xff) << 16
            | (bytes[offset + 2] & 0xff) << 8
            | (bytes[offset + 3] & 0xff));
  }

  @Override
  public Family family() {
    return Family.IPV4;
  }

  @Override
  public byte[] toBytes() {
    return new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
  }

  @Override
  public Ip4 masked(int length) {
    return new Ip4(length == 0 ? 0 : bits & -1 << (32 - length));
  }

  @Override
  public Ip4 plus(long offset) {
    return new Ip4(bits + (int) offset);
  }

  @Override
  public boolean isGlobalUnicast() {
    int first = bits >>> 24;
    return first != 0 && first != 127 && first < 224 && bits >>> 16 != 0xa9fe;
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ip4 ip && ip.bits == bits;
  }

  @Override
  public int hashCode() {
    return bits;
  }

  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }
}
