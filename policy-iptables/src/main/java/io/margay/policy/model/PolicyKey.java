package io.margay.policy.model;

import java.util.Comparator;

/**
 * Names a policy. Ordered as Calico orders policies of equal order: name, namespace, kind.
 *
 * @param namespace empty for a policy of the whole cluster
 */
public record PolicyKey(PolicyKind kind, String namespace, String name)
    implements Comparable<PolicyKey> {
  private static final Comparator<PolicyKey> ORDER =
      Comparator.comparing(PolicyKey::name)
          .thenComparing(PolicyKey::namespace)
          .thenComparing(key -> key.kind().kind());

  /** A policy of networking.k8s.io/v1. */
  public static PolicyKey kubernetes(String namespace, String name) {
    return new PolicyKey(PolicyKind.KUBERNETES_NETWORK_POLICY, namespace, name);
  }

  @Override
  public int compareTo(PolicyKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code knp/shop/allow-web}: what chain names are made of. */
  @Override
  public String toString() {
    return kind.shortName() + "/" + (namespace.isEmpty() ? "" : namespace + "/") + name;
  }
}
