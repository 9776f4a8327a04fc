package io.margay.bgp.wire;

import java.util.List;

/** What a peer may send: every stream is messages or faults, whatever two speakers agreed on. */
public final class MessageFuzz {
  private static final List<WireFormat> FORMATS =
      List.of(Bytes.IBGP, Bytes.EBGP, Bytes.OLD, WireFormat.NONE);

  private MessageFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (WireFormat format : FORMATS) {
      Bytes.messages(input, format);
    }
  }
}
