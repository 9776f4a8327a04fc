package io.margay.foundation.addr;

/** Address family with the numbers that the kernel and BGP use for it. */
public enum Family {
  IPV4(32, 2, 1),
  IPV6(128, 10, 2);

  private final int bits;
  private final int addressFamily;
  private final int afi;

  Family(int bits, int addressFamily, int afi) {
    this.bits = bits;
    this.addressFamily = addressFamily;
    this.afi = afi;
  }

  /** Bits of an address: 32 or 128. */
  public int bits() {
    return bits;
  }

  /** Bytes of an address: 4 or 16. */
  public int bytes() {
    return bits / 8;
  }

  /** AF_INET or AF_INET6 as Linux numbers them ({@code linux/socket.h}). */
  public int addressFamily() {
    return addressFamily;
  }

  /** Address family identifier (IANA, RFC 4760). */
  public int afi() {
    return afi;
  }
}
