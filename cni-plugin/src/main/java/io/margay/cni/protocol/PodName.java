package io.margay.cni.protocol;

/** A pod of Kubernetes. */
public record PodName(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
