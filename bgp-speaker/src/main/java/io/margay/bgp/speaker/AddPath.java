package io.margay.bgp.speaker;

import io.margay.bgp.wire.Capability.PathFamily;

/** Whether several paths to a prefix are exchanged with a peer (RFC 7911). */
public enum AddPath {
  NONE(0),
  RECEIVE(PathFamily.RECEIVE),
  SEND(PathFamily.SEND),
  BOTH(PathFamily.BOTH);

  private final int mode;

  AddPath(int mode) {
    this.mode = mode;
  }

  /** The number on the wire (RFC 7911, 4); 0 for none. */
  int mode() {
    return mode;
  }
}
