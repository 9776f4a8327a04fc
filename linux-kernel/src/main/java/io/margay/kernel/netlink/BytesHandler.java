package io.margay.kernel.netlink;

/** Takes one message of a dump as bytes; they are good until it returns. */
@FunctionalInterface
public interface BytesHandler {
  /** One message that is no acknowledgement, its header included. */
  void message(byte[] bytes, int from, int to);
}
