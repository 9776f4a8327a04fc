package io.margay.bgp.view;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/** A prefix with everything that is known of it, the best path first. */
public record RouteView(Prefix prefix, List<Candidate> candidates) {
  public RouteView {
    candidates = List.copyOf(candidates);
  }

  /**
   * One path.
   *
   * @param received as the peer sent it
   * @param attributes behind the import policy; as received where it was refused
   * @param stale kept for a peer that restarts
   */
  public record Candidate(
      RouteSource source, Attributes received, Attributes attributes, boolean stale, Fate fate) {}

  /** What the decision process made of a path. */
  public sealed interface Fate {
    /** Chosen; the reason told it from the next one. */
    record Best(SelectionReason reason) implements Fate {}

    /** Equal to the chosen one up to the IGP cost: used beside it. The reason put it behind. */
    record Multipath(SelectionReason reason) implements Fate {}

    /** Lost at this step. */
    record Lost(SelectionReason reason) implements Fate {}

    /** Took no part. */
    record Excluded(Exclusion why) implements Fate {}

    /** Not compared yet: routes are chosen when the recovery after a restart is over. */
    record Undecided() implements Fate {}
  }
}
