package io.margay.policy.model;

/** Seen from the workload. */
public enum Direction {
  /** To the workload. */
  INGRESS("ingress"),
  /** From the workload. */
  EGRESS("egress");

  private final String word;

  Direction(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
