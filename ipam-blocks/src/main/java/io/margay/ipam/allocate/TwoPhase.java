package io.margay.ipam.allocate;

import io.margay.ipam.store.Deletable;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.ObjectStore;
import io.margay.ipam.store.Revision;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Optional;
import java.util.function.Function;

/**
 * Objects of one kind without those that are over: an object marked as deleted reads as absent, and
 * whoever reads it finishes its deletion.
 */
final class TwoPhase<K, T extends Deletable<T>> {
  private final ObjectStore<K, T> store;
  private final Function<T, K> key;

  TwoPhase(ObjectStore<K, T> store, Function<T, K> key) {
    this.store = store;
    this.key = key;
  }

  Optional<Stored<T>> get(K key) {
    Optional<Stored<T>> found = store.get(key);
    for (int i = 0; found.filter(s -> s.value().deleted()).isPresent() && i < Tries.MOST; i++) {
      DeleteOutcome outcome = store.delete(key, found.get().revision());
      found = outcome == DeleteOutcome.CONFLICT ? store.get(key) : Optional.empty();
    }
    return found.filter(s -> !s.value().deleted());
  }

  WriteOutcome<T> create(T value) {
    return store.create(value);
  }

  WriteOutcome<T> update(T value, Revision revision) {
    return store.update(value, revision);
  }

  /** With the first phase done the object is over, whatever becomes of the second. */
  DeleteOutcome delete(Stored<T> stored) {
    return switch (store.update(stored.value().markedDeleted(), stored.revision())) {
      case WriteOutcome.Written<T>(var marked) -> {
        store.delete(key.apply(marked.value()), marked.revision());
        yield DeleteOutcome.DELETED;
      }
      case WriteOutcome.NotFound<T> _ -> DeleteOutcome.NOT_FOUND;
      case WriteOutcome.Conflict<T> _, WriteOutcome.AlreadyExists<T> _ -> DeleteOutcome.CONFLICT;
    };
  }
}
