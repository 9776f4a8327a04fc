package io.margay.bgp.wire;

/** What a peer may send means the same read flat as read into objects. */
public final class RunFuzz {
  private RunFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    for (WireFormat format : RunOracle.FORMATS) {
      RunOracle.check(input, format);
    }
  }
}
