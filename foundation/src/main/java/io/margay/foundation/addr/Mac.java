package io.margay.foundation.addr;

import java.util.Optional;

/** A 48-bit link-layer address in the low bits of a long. */
public record Mac(long bits) {
  public Mac {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException("more than 48 bits: " + Long.toHexString(bits));
    }
  }

  /** Reads six hexadecimal pairs with colons; empty when the text is anything else. */
  public static Optional<Mac> parse(String text) {
    if (text.length() != 17) {
      return Optional.empty();
    }
    long bits = 0;
    for (int i = 0; i < 17; i++) {
      char c = text.charAt(i);
      if (i % 3 == 2) {
        if (c != ':') {
          return Optional.empty();
        }
        continue;
      }
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      bits = bits << 4 | digit;
    }
    return Optional.of(new Mac(bits));
  }

  /**
   * Reads text that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no link-layer address
   */
  public static Mac of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not a MAC address: \"" + text + "\""));
  }

  /** The address of the six bytes at {@code offset}. */
  public static Mac ofBytes(byte[] bytes, int offset) {
    long bits = 0;
    for (int i = 0; i < 6; i++) {
      bits = bits << 8 | (bytes[offset + i] & 0xff);
    }
    return new Mac(bits);
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (bits >> (40 - 8 * i));
    }
    return bytes;
  }

  @Override
  public String toString() {
    var out = new StringBuilder(17);
    for (int i = 0; i < 6; i++) {
      int pair = (int) (bits >> (40 - 8 * i)) & 0xff;
      out.append(i == 0 ? "" : ":")
          .append(Character.forDigit(pair >> 4, 16))
          .append(Character.forDigit(pair & 15, 16));
    }
    return out.toString();
  }
}
