package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/** How packets travel between the nodes. */
public enum WireFormat {
  /** IPv4 in IPv4; mixes with every kernel's tunl0. */
  IPIP(Ipip.HEADER) {
    @Override
    public int unwrap(ByteBuffer bytes, int at, int length) {
      return Ipip.unwrap(bytes, at, length);
    }
  },
  /** The packet is a UDP datagram's payload, as Flannel's udp backend has it. */
  UDP(28) {
    @Override
    public int unwrap(ByteBuffer bytes, int at, int length) {
      return Ipip.isWhole(bytes, at, length) ? at : Ipip.MALFORMED;
    }
  };

  private final int overhead;

  WireFormat(int overhead) {
    this.overhead = overhead;
  }

  /** Bytes of the headers before a packet. */
  public int overhead() {
    return overhead;
  }

  /**
   * Where the inner packet of what was received begins, once it was looked through; of UDP that is
   * a datagram's payload, of IPIP all with its outer header.
   *
   * @return its offset, or {@link Ipip#MALFORMED}, or {@link Ipip#CONGESTION}
   */
  public abstract int unwrap(ByteBuffer bytes, int at, int length);
}
