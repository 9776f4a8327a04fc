package io.margay.foundation.addr;

import java.util.Optional;

/** An IPv4 or IPv6 address. Ordered by family, then as an unsigned number. */
public sealed interface Ip extends Comparable<Ip> permits Ip4, Ip6 {
  /** The family of this address. */
  Family family();

  /** Network byte order, 4 or 16 bytes, a fresh array. */
  byte[] toBytes();

  /** This address with all bits behind the first {@code length} cleared. */
  Ip masked(int length);

  /** The address {@code offset} further on; wraps around at the end of the family. */
  Ip plus(long offset);

  /** Not unspecified, not loopback, not link-local, not multicast, not broadcast. */
  boolean isGlobalUnicast();

  /** The prefix that holds only this address. */
  default Prefix asPrefix() {
    return new Prefix(this, family().bits());
  }

  @Override
  default int compareTo(Ip other) {
    return switch (this) {
      case Ip4 a when other instanceof Ip4 b -> Integer.compareUnsigned(a.bits(), b.bits());
      case Ip6 a when other instanceof Ip6 b -> {
        int high = Long.compareUnsigned(a.high(), b.high());
        yield high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
      }
      default -> family().compareTo(other.family());
    };
  }

  /** Reads one address; empty when the text is none. No names are looked up. */
  static Optional<Ip> parse(String text) {
    return text.indexOf(':') >= 0
        ? Ip6.parse(text).map(ip -> (Ip) ip)
        : Ip4.parse(text).map(ip -> (Ip) ip);
  }

  /**
   * Reads one address that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no address
   */
  static Ip of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not an IP address: \"" + text + "\""));
  }

  /**
   * The address of 4 or 16 bytes in network order.
   *
   * @throws IllegalArgumentException for any other length
   */
  static Ip ofBytes(byte[] bytes) {
    return switch (bytes.length) {
      case 4 -> Ip4.ofBytes(bytes, 0);
      case 16 -> Ip6.ofBytes(bytes, 0);
      default -> throw new IllegalArgumentException("an address of " + bytes.length + " bytes");
    };
  }
}
