package io.margay.kernel.nlmsg;

import java.nio.ByteOrder;

/**
 * Numbers in arrays of bytes, in the machine's order. The compiler that the agent runs with turns
 * these into plain loads, which it does not do with buffers.
 */
public final class NativeBytes {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private NativeBytes() {}

  public static int u16(byte[] bytes, int at) {
    return LITTLE
        ? (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8
        : (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  public static int i32(byte[] bytes, int at) {
    return LITTLE ? Integer.reverseBytes(be32(bytes, at)) : be32(bytes, at);
  }

  /** A number in network order. */
  public static int be32(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  /** A number in network order. */
  public static long be64(byte[] bytes, int at) {
    return (long) be32(bytes, at) << 32 | (be32(bytes, at + 4) & 0xffffffffL);
  }

  static void put32(byte[] bytes, int at, int value) {
    putBe32(bytes, at, LITTLE ? Integer.reverseBytes(value) : value);
  }

  static void putBe32(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 24);
    bytes[at + 1] = (byte) (value >> 16);
    bytes[at + 2] = (byte) (value >> 8);
    bytes[at + 3] = (byte) value;
  }

  static void putBe64(byte[] bytes, int at, long value) {
    putBe32(bytes, at, (int) (value >> 32));
    putBe32(bytes, at + 4, (int) value);
  }
}
