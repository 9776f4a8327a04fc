package io.margay.lab.probe;

import java.util.List;
import java.util.Optional;

/** What came of a connection. */
public sealed interface Outcome {
  /** The other side answered, and saw us with this address. */
  record Reached(String seenAs) implements Outcome {}

  /** The other side, or somebody for it, said no. */
  record Refused() implements Outcome {}

  /** The network said that there is no way. */
  record Unreachable() implements Outcome {}

  /** Nothing came back in time. */
  record Silent() implements Outcome {}

  /** Reads what labtool prints behind protocol, address and port; empty when it is none of it. */
  static Optional<Outcome> parse(List<String> words) {
    return switch (words.isEmpty() ? "" : words.getFirst()) {
      case "ok" -> words.size() == 2 ? Optional.of(new Reached(words.get(1))) : Optional.empty();
      case "refused" -> Optional.of(new Refused());
      case "unreachable" -> Optional.of(new Unreachable());
      case "silent" -> Optional.of(new Silent());
      default -> Optional.empty();
    };
  }

  default boolean reached() {
    return this instanceof Reached;
  }
}
