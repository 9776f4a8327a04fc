package io.margay.bgp.rib;

/** What the decision process made of a path. */
public sealed interface PathFate {
  /** Chosen; the reason told it from the one that came closest. */
  record Best(SelectionReason reason) implements PathFate {}

  /** Equal to the chosen one up to the IGP cost: used beside it. The reason put it behind. */
  record Multipath(SelectionReason reason) implements PathFate {}

  /** Lost at this step. */
  record Lost(SelectionReason reason) implements PathFate {}

  /** Took no part. */
  record Excluded(Exclusion why) implements PathFate {}
}
