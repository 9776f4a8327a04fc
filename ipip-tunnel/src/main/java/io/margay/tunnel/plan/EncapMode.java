package io.margay.tunnel.plan;

import java.util.Optional;

/** When packets of a pool are put into a tunnel: {@code ipipMode} and {@code vxlanMode}. */
public enum EncapMode {
  NEVER("Never"),
  ALWAYS("Always"),
  /** Only to nodes outside of the own subnet. */
  CROSS_SUBNET("CrossSubnet");

  private final String text;

  EncapMode(String text) {
    this.text = text;
  }

  /** Reads an IPPool's word; an absent field ({@code ""}) is Never; empty for any other text. */
  public static Optional<EncapMode> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(NEVER);
    }
    for (EncapMode mode : values()) {
      if (mode.text.equals(text)) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }

  /** The word that an IPPool has for it. */
  @Override
  public String toString() {
    return text;
  }
}
