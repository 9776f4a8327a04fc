package io.margay.kube.watch;

import io.margay.kube.types.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How far the image can be trusted.
 *
 * @param synced kinds whose objects were all read once
 * @param stale kinds whose watch is down: the image may be behind
 * @param missing kinds that the API server does not know: their CRD is not installed
 * @param remembered from when the image on disk is that stands in for what was not read yet
 */
public record SyncState(
    Set<Kind> synced, Set<Kind> stale, Set<Kind> missing, Optional<Instant> remembered) {
  /** Nothing was read yet. */
  public static final SyncState NONE =
      new SyncState(Set.of(), Set.of(), Set.of(), Optional.empty());

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

  /** True when the node can go by the image: it is the cluster, or the last that was seen of it. */
  public boolean isUsable() {
    return isSynced() || remembered.isPresent();
  }
}
