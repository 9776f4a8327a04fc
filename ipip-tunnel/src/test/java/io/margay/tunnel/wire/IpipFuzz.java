package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/** What the wire and the device may bring: a packet stays inside of what was received. */
public final class IpipFuzz {
  private IpipFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer packet = ByteBuffer.wrap(input.clone());
    int inner = Ipip.unwrap(packet, 0, input.length);
    if (inner >= 0) {
      if (inner < Ipip.HEADER || inner + Ipip.totalLength(packet, inner) > input.length) {
        throw new AssertionError("an inner packet at " + inner + " of " + input.length);
      }
      if (Unfinished.is(packet, inner)) {
        Unfinished.describe(packet, inner - VirtioHeader.BYTES, inner, 1480);
      }
    }
    if (Ipip.isIpv4(packet, 0, input.length) && input.length <= 0xffff - Ipip.HEADER) {
      ByteBuffer wrapped = ByteBuffer.allocate(Ipip.HEADER + input.length);
      wrapped.put(Ipip.HEADER, input);
      Ipip.wrap(wrapped, Ipip.HEADER, input.length, 1, 2, 3);
    }
  }
}
