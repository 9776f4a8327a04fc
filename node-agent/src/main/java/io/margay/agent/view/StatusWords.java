package io.margay.agent.view;

import io.margay.foundation.reconcile.ReconcileStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The words in which views speak of how a reconciler stands. */
final class StatusWords {
  private StatusWords() {}

  /** What the kernel refuses, with its reasons. */
  static <K> Map<K, String> refused(Optional<ReconcileStatus<K>> status) {
    var refused = new HashMap<K, String>();
    status
        .map(ReconcileStatus::failing)
        .orElse(List.of())
        .forEach(item -> refused.put(item.key(), item.reason()));
    return refused;
  }

  /** What becomes of what nobody wants. */
  static <K> String removal(Optional<ReconcileStatus<K>> status) {
    return status
        .filter(now -> !now.holds().isEmpty())
        .map(now -> "kept until it is decided: " + String.join(", ", new TreeSet<>(now.holds())))
        .orElse("it goes");
  }
}
