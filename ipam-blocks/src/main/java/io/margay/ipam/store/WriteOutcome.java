package io.margay.ipam.store;

/** What became of a create or an update. */
public sealed interface WriteOutcome<T> {
  /** It is stored. */
  record Written<T>(Stored<T> stored) implements WriteOutcome<T> {}

  /** An update named a revision that is not the newest. Nothing was written. */
  record Conflict<T>() implements WriteOutcome<T> {}

  /** A create met an object of this name. Nothing was written. */
  record AlreadyExists<T>() implements WriteOutcome<T> {}

  /** An update met no object of this name. Nothing was written. */
  record NotFound<T>() implements WriteOutcome<T> {}
}
