package io.margay.policy.model;

/** Names a workload: a pod. Ordered by namespace, then name. */
public record WorkloadKey(String namespace, String name) implements Comparable<WorkloadKey> {
  @Override
  public int compareTo(WorkloadKey other) {
    int order = namespace.compareTo(other.namespace);
    return order != 0 ? order : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
