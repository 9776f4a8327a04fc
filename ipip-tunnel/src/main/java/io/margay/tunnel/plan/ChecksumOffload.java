package io.margay.tunnel.plan;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether tunnel devices may be trusted with checksums. Before Linux 5.7 a packet that goes through
 * NAT and then into a tunnel left some cards with a wrong one, and the other end dropped it; so
 * Felix switches the offload off there, and wherever {@code ChecksumOffloadBroken} says so.
 *
 * @param why what the answer rests on
 */
public record ChecksumOffload(boolean usable, String why) {
  private static final Pattern RELEASE = Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})");
  private static final int SOUND_MAJOR = 5;
  private static final int SOUND_MINOR = 7;

  /**
   * Finds out.
   *
   * @param kernelRelease as {@code uname -r} says it
   * @param broken {@code featureDetectOverride}'s {@code ChecksumOffloadBroken}; empty when unset
   */
  public static ChecksumOffload of(String kernelRelease, Optional<Boolean> broken) {
    if (broken.isPresent()) {
      return new ChecksumOffload(
          !broken.get(), "featureDetectOverride: ChecksumOffloadBroken=" + broken.get());
    }
    Matcher release = RELEASE.matcher(kernelRelease);
    if (!release.find()) {
      return new ChecksumOffload(false, "kernel \"" + kernelRelease + "\" tells no version");
    }
    int major = Integer.parseInt(release.group(1));
    int minor = Integer.parseInt(release.group(2));
    boolean sound = major > SOUND_MAJOR || (major == SOUND_MAJOR && minor >= SOUND_MINOR);
    return new ChecksumOffload(
        sound, "kernel " + kernelRelease + (sound ? ", 5.7 or later" : ", before 5.7"));
  }
}
