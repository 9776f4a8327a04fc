package io.margay.bgp.attr;

/** An extended community (RFC 4360), its eight bytes in one long; passed on, not looked into. */
public record ExtendedCommunity(long value) {
  @Override
  public String toString() {
    return String.format("0x%016x", value);
  }
}
