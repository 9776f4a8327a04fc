package io.margay.foundation.addr;

import java.util.Optional;

/** An address with the length of the network that it stands in: 10.1.2.3/24. */
public record InterfaceAddress(Ip ip, int length) {
  public InterfaceAddress {
    if (length < 0 || length > ip.family().bits()) {
      throw new IllegalArgumentException("prefix length " + length + " of " + ip);
    }
  }

  /** Reads {@code address/length}; empty when the text is anything else. */
  public static Optional<InterfaceAddress> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || text.length() - slash > 4 || text.length() - slash < 2) {
      return Optional.empty();
    }
    int length = 0;
    for (int i = slash + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || (length == 0 && i > slash + 1)) {
        return Optional.empty();
      }
      length = length * 10 + (c - '0');
    }
    int bits = length;
    return Ip.parse(text.substring(0, slash))
        .filter(ip -> bits <= ip.family().bits())
        .map(ip -> new InterfaceAddress(ip, bits));
  }

  /**
   * Reads text that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when the text is no address with a length
   */
  public static InterfaceAddress of(String text) {
    return parse(text)
        .orElseThrow(
            () -> new IllegalArgumentException("not an address with a length: \"" + text + "\""));
  }

  /** The network around the address, host bits cleared. */
  public Prefix network() {
    return Prefix.containing(ip, length);
  }

  @Override
  public String toString() {
    return ip + "/" + length;
  }
}
