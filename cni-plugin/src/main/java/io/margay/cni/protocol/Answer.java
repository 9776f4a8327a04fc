package io.margay.cni.protocol;

/** What the shim prints and exits with. */
public record Answer(int exitCode, String text) {
  /** Nothing to print. */
  public static final Answer DONE = new Answer(0, "");

  public static Answer of(CniResult result, SpecVersion version) {
    return new Answer(0, ResultFormat.write(result, version));
  }

  public static Answer of(CniError error, String cniVersion) {
    return new Answer(1, error.json(cniVersion));
  }
}
