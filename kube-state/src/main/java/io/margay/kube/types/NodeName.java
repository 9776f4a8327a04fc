package io.margay.kube.types;

/** The name of a Node object. */
public record NodeName(String value) implements Comparable<NodeName> {
  public NodeName {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("a node without a name");
    }
  }

  @Override
  public int compareTo(NodeName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
