package io.margay.cni.veth;

/** What a container's namespace has before an ADD. */
public sealed interface Sandbox {
  /** Nothing in the way. */
  record Clear() implements Sandbox {}

  /** The pair that is to be made, from an earlier ADD of this same container. */
  record Earlier() implements Sandbox {}

  /** An interface of this name that is none of ours, or a second one of the same pod. */
  record Occupied(String by) implements Sandbox {}

  /** No namespace there. */
  record Gone(String path) implements Sandbox {}

  /** The node's own namespace, in which nothing is to be made or removed. */
  record Host(String path) implements Sandbox {}
}
