package io.margay.kube.types;

import java.util.Optional;

/** Makes a record out of an object of one kind. */
@FunctionalInterface
public interface ObjectReader<V> {
  /**
   * The record; empty when something that it cannot do without is missing or wrong. Whatever is
   * wrong is noted in the object's problems, and a record with problems is not used.
   */
  Optional<V> read(StoredObject object);
}
