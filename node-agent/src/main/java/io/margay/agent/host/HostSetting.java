package io.margay.agent.host;

import java.util.Optional;

/**
 * What a setting of the kernel should be.
 *
 * @param onlyFrom it is changed only where it has this value, and well as it is otherwise
 */
public record HostSetting(String value, Optional<String> onlyFrom) {
  static HostSetting always(String value) {
    return new HostSetting(value, Optional.empty());
  }

  static HostSetting onlyFrom(String before, String value) {
    return new HostSetting(value, Optional.of(before));
  }

  /** Whether there is nothing to do where this was found. */
  boolean isMetBy(String found) {
    return found.equals(value) || onlyFrom.filter(from -> !from.equals(found)).isPresent();
  }
}
