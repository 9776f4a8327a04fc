package io.margay.foundation.addr;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network: an address whose bits behind {@code length} are zero. Ordered by address, then length.
 */
public record Prefix(Ip address, int length) implements Comparable<Prefix> {
  /** Spreads over all bits what networks have in their upper ones only. */
  private static final int GOLDEN_RATIO = 0x9e3779b9;

  /** 0.0.0.0/0. */
  public static final Prefix ALL_IPV4 = new Prefix(Ip4.ANY, 0);

  /** ::/0. */
  public static final Prefix ALL_IPV6 = new Prefix(Ip6.ANY, 0);

  public Prefix {
    if (length < 0 || length > address.family().bits()) {
      throw new IllegalArgumentException("prefix length " + length + " of " + address);
    }
    if (!address.masked(length).equals(address)) {
      throw new IllegalArgumentException(address + "/" + length + " has host bits set");
    }
  }

  /** The network of this length that holds the address: host bits are cleared. */
  public static Prefix containing(Ip address, int length) {
    return new Prefix(address.masked(length), length);
  }

  /** Reads {@code address/length}; host bits are cleared; empty when the text is no CIDR. */
  public static Optional<Prefix> parse(String text) {
    return InterfaceAddress.parse(text).map(InterfaceAddress::network);
  }

  /**
   * Reads a CIDR that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no CIDR
   */
  public static Prefix of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not a CIDR: \"" + text + "\""));
  }

  public Family family() {
    return address.family();
  }

  /** True for a /32 or /128. */
  public boolean isHost() {
    return length == family().bits();
  }

  public boolean contains(Ip ip) {
    return ip.family() == family() && ip.masked(length).equals(address);
  }

  /** True when the other network is this one or lies inside of it. */
  public boolean contains(Prefix other) {
    return other.length >= length && contains(other.address);
  }

  public boolean overlaps(Prefix other) {
    return contains(other) || other.contains(this);
  }

  /** How many addresses; {@link Long#MAX_VALUE} from 2^63 on. */
  public long size() {
    int hostBits = family().bits() - length;
    return hostBits >= 63 ? Long.MAX_VALUE : 1L << hostBits;
  }

  @Override
  public int compareTo(Prefix other) {
    int order = address.compareTo(other.address);
    return order != 0 ? order : Integer.compare(length, other.length);
  }

  // Not a record's own, which C1 does not inline: docs/decisions/0100.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Prefix prefix
        && prefix.length == length
        && prefix.address.equals(address);
  }

  @Override
  public int hashCode() {
    return (31 * address.hashCode() + length) * GOLDEN_RATIO;
  }

  @Override
  public String toString() {
    return address + "/" + length;
  }
}
