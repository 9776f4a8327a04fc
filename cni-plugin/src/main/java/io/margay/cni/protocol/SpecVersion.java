package io.margay.cni.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The versions of the CNI specification that are spoken, oldest first. */
public enum SpecVersion {
  V0_1_0("0.1.0"),
  V0_2_0("0.2.0"),
  V0_3_0("0.3.0"),
  V0_3_1("0.3.1"),
  V0_4_0("0.4.0"),
  V1_0_0("1.0.0"),
  V1_1_0("1.1.0");

  /** What a configuration without {@code cniVersion} means, as libcni has it. */
  public static final SpecVersion WHEN_MISSING = V0_2_0;

  /** The newest. */
  public static final SpecVersion NEWEST = V1_1_0;

  private final String text;

  SpecVersion(String text) {
    this.text = text;
  }

  /** The version of this text; empty when it is not spoken here. */
  public static Optional<SpecVersion> parse(String text) {
    return Arrays.stream(values()).filter(version -> version.text.equals(text)).findFirst();
  }

  /** All as text, for the answer to VERSION and for error texts. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(SpecVersion::text).toList();
  }

  public String text() {
    return text;
  }

  public boolean atLeast(SpecVersion other) {
    return compareTo(other) >= 0;
  }
}
