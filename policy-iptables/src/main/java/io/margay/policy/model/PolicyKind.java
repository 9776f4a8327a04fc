package io.margay.policy.model;

/** The kinds of policy objects that may stand beside each other with the same name. */
public enum PolicyKind {
  KUBERNETES_NETWORK_POLICY("KubernetesNetworkPolicy", "knp"),
  NETWORK_POLICY("NetworkPolicy", "np"),
  GLOBAL_NETWORK_POLICY("GlobalNetworkPolicy", "gnp");

  private final String kind;
  private final String shortName;

  PolicyKind(String kind, String shortName) {
    this.kind = kind;
    this.shortName = shortName;
  }

  /** As Calico calls it in comments and logs. */
  public String kind() {
    return kind;
  }

  /** As it stands in chain names. */
  public String shortName() {
    return shortName;
  }
}
