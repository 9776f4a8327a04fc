package io.margay.agent.run;

import io.margay.agent.health.Part;
import io.margay.agent.start.Phase;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kube.watch.SyncState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the parts' states mean for health. */
final class AgentHealth {
  /** A thread that has not come by for so long is taken for stuck (Felix's watchdog). */
  private static final Duration STUCK = Duration.ofSeconds(90);

  private AgentHealth() {}

  /**
   * The start.
   *
   * @param setup what the set-up does or waits for
   * @param trouble what fails and is tried again
   */
  static Part.State start(Phase phase, String setup, Optional<String> trouble) {
    var words = new ArrayList<>(List.of(phase.waitsFor()));
    if (phase instanceof Phase.Syncing) {
      words.add("set-up: " + setup);
    }
    trouble.ifPresent(words::add);
    String detail = String.join("; ", words);
    boolean serves =
        switch (phase) {
          case Phase.Syncing _, Phase.Programming _ -> false;
          case Phase.Recovering _, Phase.Ready _ -> trouble.isEmpty();
        };
    return serves ? Part.State.ready(detail) : Part.State.waiting(detail);
  }

  /** An API server that is away makes nothing of what runs wrong: only the detail tells. */
  static Part.State api(SyncState sync, String server) {
    var words = new ArrayList<String>();
    words.add(sync.isSynced() ? "in sync" : "not in sync yet");
    sync.remembered().ifPresent(written -> words.add("serves the cluster as it was at " + written));
    if (!sync.stale().isEmpty()) {
      words.add("stale: " + sync.stale());
    }
    if (!sync.missing().isEmpty()) {
      words.add("unknown to the server: " + sync.missing());
    }
    if (!sync.isSynced()) {
      words.add("server " + server);
    }
    String detail = String.join(", ", words);
    return sync.isUsable() ? Part.State.ready(detail) : Part.State.waiting(detail);
  }

  /**
   * A thread with a loop of its own.
   *
   * @param broken why its last turn broke off
   * @param silentNanos since it came by
   */
  static Part.State thread(Optional<String> broken, long silentNanos, String detail) {
    if (broken.isPresent()) {
      return Part.State.waiting("broken: " + broken.get());
    }
    return silentNanos > STUCK.toNanos()
        ? Part.State.dead("has not come by for " + Duration.ofNanos(silentNanos).toSeconds() + " s")
        : Part.State.ready(detail);
  }

  /** A reconciler's thread; {@code status} is empty before its first turn. */
  static Part.State loop(
      Optional<? extends ReconcileStatus<?>> status, Optional<String> broken, long silentNanos) {
    return status
        .map(now -> thread(broken, silentNanos, counts(now)))
        .orElseGet(() -> Part.State.waiting("has not begun"));
  }

  private static String counts(ReconcileStatus<?> status) {
    return status.desired()
        + " wanted, "
        + status.pending()
        + " wait, "
        + status.failing().size()
        + " fail, "
        + status.heldRemovals()
        + " held";
  }
}
