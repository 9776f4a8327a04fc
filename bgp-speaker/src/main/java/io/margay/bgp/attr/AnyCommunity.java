package io.margay.bgp.attr;

import java.util.Optional;

/** A community that a rule can name: standard or large. */
public sealed interface AnyCommunity permits Community, LargeCommunity {
  /** Reads {@code aa:nn} or {@code aa:nn:mm}; empty when the text is anything else. */
  static Optional<AnyCommunity> parse(String text) {
    Optional<Community> standard = Community.parse(text);
    return standard.isPresent() ? standard.map(c -> c) : LargeCommunity.parse(text).map(c -> c);
  }
}
