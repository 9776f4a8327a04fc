package io.margay.cni.verb;

/** What an ADD consists of, in its order. */
public enum AddStage {
  /** Datastore, readiness gates, pod, what the sandbox has already. */
  LOOKUP,
  /** An address a family from IPAM. */
  ADDRESS,
  /** The pair is made, the container's end configured, the node's end still down. */
  WIRE,
  /** The endpoint's policy is in the kernel. */
  POLICY,
  /** The node's end comes up, the routes to the addresses are in the kernel. */
  ROUTE,
  /** The pod's annotations. */
  RECORD
}
