package io.margay.bgp.attr;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as a value: never changed, equal by content, printed in hex. */
public final class Octets {
  /** No bytes. */
  public static final Octets EMPTY = new Octets(new byte[0]);

  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of the bytes. */
  public static Octets of(byte... bytes) {
    return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
  }

  /**
   * Reads pairs of hex digits.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  public static Octets ofHex(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  public int length() {
    return bytes.length;
  }

  /** The byte at this place, 0 to 255. */
  public int unsigned(int index) {
    return bytes[index] & 0xff;
  }

  /** A fresh array. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets o && Arrays.equals(bytes, o.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
