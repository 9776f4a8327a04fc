package io.margay.policy.model;

/** What a rule, or the end of a tier, does with a packet. */
public enum Action {
  /** The packet may go. */
  ALLOW("allow"),
  /** The packet is dropped. */
  DENY("deny"),
  /** The next tier decides, or the profiles after the last one. */
  PASS("pass");

  private final String word;

  Action(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
