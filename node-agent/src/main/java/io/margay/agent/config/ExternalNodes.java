package io.margay.agent.config;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Felix's {@code externalNodesList}: who may send encapsulated packets though it is no node. */
public final class ExternalNodes {
  private ExternalNodes() {}

  /** One of them: an address or a CIDR. */
  public static Optional<Prefix> range(String text) {
    return Prefix.parse(text).or(() -> Ip.parse(text).map(Ip::asPrefix));
  }

  /** All, with commas between; empty when one cannot be read. */
  static Optional<List<Prefix>> ranges(String text) {
    List<String> words =
        Stream.of(text.split(",", -1)).map(String::strip).filter(word -> !word.isEmpty()).toList();
    List<Prefix> ranges = words.stream().flatMap(word -> range(word).stream()).toList();
    return ranges.size() == words.size() ? Optional.of(ranges) : Optional.empty();
  }
}
