package io.margay.ipam.store;

/**
 * An object that is deleted in two phases: it is first marked by an update, which tells everybody
 * who holds an older revision that it is over, then deleted.
 */
public interface Deletable<T> {
  /** The first phase is done. */
  boolean deleted();

  /** This object with the mark. */
  T markedDeleted();
}
