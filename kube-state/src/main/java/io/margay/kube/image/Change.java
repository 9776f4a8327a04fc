package io.margay.kube.image;

import java.util.Optional;

/** What happened to one object. */
public sealed interface Change<T> {
  /** It is new, or otherwise than before. */
  record Put<T>(Optional<T> before, T after) implements Change<T> {}

  /** It is gone. */
  record Removed<T>(T before) implements Change<T> {}

  /**
   * This change and a later one as a single one; empty when the object came and went, or is as it
   * was.
   */
  default Optional<Change<T>> then(Change<T> later) {
    Optional<T> before =
        switch (this) {
          case Put<T>(Optional<T> old, T _) -> old;
          case Removed<T>(T old) -> Optional.of(old);
        };
    return switch (later) {
      case Put<T>(Optional<T> _, T after) -> between(before, Optional.of(after));
      case Removed<T> _ -> between(before, Optional.empty());
    };
  }

  /** What makes {@code after} of {@code before}; empty when they are equal. */
  static <T> Optional<Change<T>> between(Optional<T> before, Optional<T> after) {
    if (before.equals(after)) {
      return Optional.empty();
    }
    return after.isPresent()
        ? Optional.of(new Put<>(before, after.get()))
        : before.map(Removed<T>::new);
  }
}
