package io.margay.kube.status;

import io.margay.foundation.tree.Problem;
import java.util.List;
import java.util.Optional;

/** One object, read by itself. */
public sealed interface Lookup<V> {
  record Found<V>(V value) implements Lookup<V> {}

  /** There is none of this name. */
  record Absent<V>() implements Lookup<V> {}

  /** It is there and cannot be used. */
  record Broken<V>(List<Problem> problems) implements Lookup<V> {}

  /** The object where it was found. */
  default Optional<V> found() {
    return this instanceof Found<V>(V value) ? Optional.of(value) : Optional.empty();
  }
}
