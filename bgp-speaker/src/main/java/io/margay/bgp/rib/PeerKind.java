package io.margay.bgp.rib;

/** What a peer is in Calico's configuration; tools show it and session names begin with it. */
public enum PeerKind {
  MESH("Mesh"),
  GLOBAL("Global"),
  NODE("Node"),
  LOCAL_WORKLOAD("Local_Workload");

  private final String prefix;

  PeerKind(String prefix) {
    this.prefix = prefix;
  }

  /** First part of the session's name: {@code Mesh} of {@code Mesh_10_0_0_2}. */
  public String prefix() {
    return prefix;
  }
}
