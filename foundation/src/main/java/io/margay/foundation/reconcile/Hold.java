package io.margay.foundation.reconcile;

import java.util.Set;
import java.util.TreeSet;

/**
 * Reasons for which nothing may be deleted yet: "the API is not in sync", "BGP peers have not sent
 * End-of-RIB". While one stands, the reconciler adds and replaces but removes nothing.
 */
public final class Hold {
  private final Set<String> reasons = new TreeSet<>();

  /** A hold for these reasons; none at all holds nothing. */
  public Hold(Set<String> reasons) {
    this.reasons.addAll(reasons);
  }

  /** Takes one reason away; true when that was the last. */
  public boolean release(String reason) {
    return reasons.remove(reason) && reasons.isEmpty();
  }

  public boolean isHeld() {
    return !reasons.isEmpty();
  }

  /** What it still waits for. */
  public Set<String> reasons() {
    return Set.copyOf(reasons);
  }
}
