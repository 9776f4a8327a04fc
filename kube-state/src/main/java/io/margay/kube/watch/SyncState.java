package io.margay.kube.watch;

import io.margay.kube.types.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * How far the image can be trusted.
 *
 * @param synced kinds whose objects were all read once
 * @param stale kinds whose watch is down: the image may be behind
 * @param missing kinds that the API server does not know: their CRD is not installed
 */
public record SyncState(Set<Kind> synced, Set<Kind> stale, Set<Kind> missing) {
  /** Nothing was read yet. */
  public static final SyncState NONE = new SyncState(Set.of(), Set.of(), Set.of());

  public SyncState {
    synced = Set.copyOf(synced);
    stale = Set.copyOf(stale);
    missing = Set.copyOf(missing);
  }

  /** The kinds that the image still waits for. */
  public Set<Kind> waitingFor() {
    Set<Kind> waiting = EnumSet.copyOf(Kind.watched());
    waiting.removeAll(synced);
    waiting.removeIf(kind -> kind.isOptional() && missing.contains(kind));
    return waiting;
  }

  /** True when the image holds everything: what is not in it does not exist. */
  public boolean isSynced() {
    return waitingFor().isEmpty();
  }
}
