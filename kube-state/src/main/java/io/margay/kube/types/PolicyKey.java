package io.margay.kube.types;

/** Names a NetworkPolicy. Ordered by namespace, then name. */
public record PolicyKey(String namespace, String name) implements Comparable<PolicyKey> {
  @Override
  public int compareTo(PolicyKey other) {
    int order = namespace.compareTo(other.namespace);
    return order != 0 ? order : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
