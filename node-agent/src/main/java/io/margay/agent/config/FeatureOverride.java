package io.margay.agent.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Felix's {@code featureDetectOverride}: {@code Feature=true} and {@code Feature=false} with commas
 * between. Features that are nobody's business here are passed over.
 */
public final class FeatureOverride {
  /** What may be written, for errors and docs. */
  public static final String ACCEPTED =
      "words like ChecksumOffloadBroken=true, separated by commas";

  private static final String CHECKSUM_OFFLOAD_BROKEN = "ChecksumOffloadBroken";

  private FeatureOverride() {}

  /**
   * What is said of {@code ChecksumOffloadBroken}: nothing, or what. Empty when the text cannot be
   * read.
   */
  public static Optional<Optional<Boolean>> checksumOffloadBroken(String text) {
    Optional<Boolean> said = Optional.empty();
    for (String word : text.split(",", -1)) {
      String[] pair = word.strip().split("=", 2);
      String value = pair.length == 2 ? pair[1].strip().toLowerCase(Locale.ROOT) : "";
      boolean good = value.equals("true") || value.equals("false");
      if (!good && !word.isBlank()) {
        return Optional.empty();
      }
      if (good && pair[0].strip().equals(CHECKSUM_OFFLOAD_BROKEN)) {
        said = Optional.of(value.equals("true"));
      }
    }
    return Optional.of(said);
  }
}
