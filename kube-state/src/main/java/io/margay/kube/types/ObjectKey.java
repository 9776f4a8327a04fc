package io.margay.kube.types;

/**
 * Names any object of a kind.
 *
 * @param namespace empty for objects of the cluster
 */
public record ObjectKey(String namespace, String name) {
  /** The key of an object that is in no namespace. */
  public static ObjectKey cluster(String name) {
    return new ObjectKey("", name);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
