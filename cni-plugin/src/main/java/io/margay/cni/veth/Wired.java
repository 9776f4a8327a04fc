package io.margay.cni.veth;

import io.margay.foundation.addr.Mac;

/** What came of making a pair. */
public sealed interface Wired {
  /** The container's end is configured and up; the node's end is down. */
  record Made(Mac containerMac) implements Wired {}

  /** The namespace vanished meanwhile. */
  record Gone(String path) implements Wired {}

  /** The kernel refused, in its words; nothing is left. */
  record Refused(String reason) implements Wired {}
}
