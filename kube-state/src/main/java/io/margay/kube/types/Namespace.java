package io.margay.kube.types;

import java.util.Map;
import java.util.Optional;

/**
 * A namespace.
 *
 * @param annotations those of {@code cni.projectcalico.org/}
 */
public record Namespace(String name, Map<String, String> labels, Map<String, String> annotations) {

  /** Reads a namespace; never refuses one with a name. */
  public static Optional<Namespace> read(StoredObject object) {
    Interner interner = object.interner();
    return Optional.of(
        new Namespace(
            interner.text(object.meta().name()),
            interner.labels(object.meta().labels()),
            interner.labels(Pod.usedAnnotations(object.meta().annotations()))));
  }
}
