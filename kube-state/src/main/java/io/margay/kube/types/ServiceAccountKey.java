package io.margay.kube.types;

/** Names a ServiceAccount. Ordered by namespace, then name. */
public record ServiceAccountKey(String namespace, String name)
    implements Comparable<ServiceAccountKey> {
  @Override
  public int compareTo(ServiceAccountKey other) {
    int order = namespace.compareTo(other.namespace);
    return order != 0 ? order : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
