package io.margay.lab.kubelet;

/** Where a pod goes. */
public sealed interface Placement {
  record On(String node) implements Placement {}

  /** No node takes it: the scheduler's words. */
  record Nowhere(String why) implements Placement {}
}
