package io.margay.agent.config;

/** What moves packets between nodes (CALICO_NETWORKING_BACKEND). */
public enum Backend {
  /** BGP spreads the blocks; IPIP where a pool asks for it. */
  BIRD,
  /** No BGP; routes come from the API's objects. */
  VXLAN,
  /** The same; who runs the cluster sees to nodes' addresses and their readiness. */
  NONE
}
