package io.margay.cni.veth;

/** What came of a change of one device. */
public sealed interface Change {
  record Done() implements Change {}

  /** The kernel refused, in its words. */
  record Refused(String reason) implements Change {}
}
