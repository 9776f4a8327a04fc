package io.margay.foundation.reconcile;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All that a reconciler knows of one key; it is forgotten when it is neither wanted nor there. */
final class Item<K, V> {
  enum State {
    /** As wanted, as far as is known. */
    SETTLED,
    /** Waits for its turn. */
    WAITING,
    /** Refused at least once; has a next try. */
    REFUSED,
    /** Is to be removed, and a hold forbids it. */
    HELD
  }

  /** How often in a row, why the last time, and when it is tried again. */
  record Failure(String reason, int count, long nextTry) {}

  /** The place of an item that is in no table, or not any more. */
  static final int NOWHERE = -1;

  final K key;
  @Nullable V want;
  @Nullable V have;
  @Nullable Failure failure;
  State state = State.SETTLED;

  /** The version that asked for what is not there yet. */
  long since;

  /** The last pass over everything that met it. */
  int round;

  boolean queued;
  boolean urgent;

  /** Where it stands among all items, or {@link #NOWHERE}. */
  int place = NOWHERE;

  Item(K key) {
    this.key = key;
  }

  /** Of an item that was refused. */
  Failure failure() {
    return Objects.requireNonNull(failure, "what is refused has a reason");
  }

  boolean isDue() {
    return state == State.WAITING || state == State.REFUSED;
  }

  boolean isAsWanted() {
    return Objects.equals(want, have);
  }

  boolean isNothing() {
    return want == null && have == null;
  }
}
