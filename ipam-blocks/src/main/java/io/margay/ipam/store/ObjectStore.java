package io.margay.ipam.store;

import java.util.List;
import java.util.Optional;

/**
 * Objects of one kind with compare-and-swap. Each method is one request to the server: nothing is
 * retried, and the two phases of a deletion are the caller's. Called by many virtual threads.
 *
 * <p>All methods throw {@link StoreUnavailableException} when there is no answer, or one that
 * cannot be used. A write may then have happened or not.
 */
public interface ObjectStore<K, T> {
  /** The newest version, objects marked as deleted included. */
  Optional<Stored<T>> get(K key);

  /**
   * All objects that can be read, those marked as deleted included; may be a moment old. Those that
   * cannot are named by the store.
   */
  List<Stored<T>> list();

  /** Stores a new object: Written or AlreadyExists. */
  WriteOutcome<T> create(T value);

  /** Replaces the version of this revision: Written, Conflict or NotFound. */
  WriteOutcome<T> update(T value, Revision revision);

  /** Removes the version of this revision, with the server checking it (and the UID). */
  DeleteOutcome delete(K key, Revision revision);
}
