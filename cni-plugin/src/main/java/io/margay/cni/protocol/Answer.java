package io.margay.cni.protocol;

/**
 * What the shim prints and exits with.
 *
 * @param again the same request may succeed later
 */
public record Answer(int exitCode, String text, boolean again) {
  /** Nothing to print. */
  public static final Answer DONE = new Answer(0, "", false);

  public static Answer of(CniResult result, SpecVersion version) {
    return new Answer(0, ResultFormat.write(result, version), false);
  }

  public static Answer of(CniError error, String cniVersion) {
    return new Answer(1, error.json(cniVersion), error.code() == CniError.TRY_AGAIN);
  }

  /** A probe that does not pass. */
  public static Answer bad(String reason) {
    return new Answer(1, reason, false);
  }
}
