package io.margay.foundation.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An {@link InMemoryTarget} that tells a reconciler only what is otherwise than it told last, and
 * takes in what is wanted while it works. Used by one thread.
 */
public final class InMemoryBulkTarget<K, V> implements BulkTarget<K, V> {
  private final InMemoryTarget<K, V> kernel;
  private final DiffTarget<K, V> byMaps;
  private final Map<K, V> told = new HashMap<>();

  /** It asks for more before it answers. */
  public boolean answersLate;

  /** How many entries looks have told. */
  public int toldByLooks;

  public InMemoryBulkTarget(InMemoryTarget<K, V> kernel) {
    this.kernel = kernel;
    this.byMaps = new DiffTarget<>(kernel);
  }

  /** The reconciler hears of this by an event. */
  public void observed(K key, Optional<V> value) {
    value.ifPresentOrElse(v -> told.put(key, v), () -> told.remove(key));
  }

  @Override
  public Found<K, V> look(boolean whole) {
    Map<K, V> there = kernel.dump();
    var changed = new HashMap<>(there);
    changed.entrySet().removeIf(e -> Objects.equals(e.getValue(), told.get(e.getKey())));
    var gone = new HashSet<>(told.keySet());
    gone.removeAll(there.keySet());
    told.clear();
    told.putAll(there);
    Found<K, V> found = whole ? Found.everything(there) : Found.changes(changed, gone);
    toldByLooks += found.there().size();
    return found;
  }

  @Override
  public void apply(Batch<K, V> batch) {
    while (answersLate && batch.more()) {
      // all of it first
    }
    int from = 0;
    do {
      int size = batch.size();
      byMaps.apply(batch, from);
      for (int i = from; i < size; i++) {
        if (batch.isDone(i)) {
          K key = batch.key(i);
          observed(key, batch.isRemoval(i) ? Optional.empty() : Optional.of(batch.value(i)));
        }
      }
      from = size;
    } while (batch.more());
  }

  @Override
  public boolean asksForMore() {
    return true;
  }
}
