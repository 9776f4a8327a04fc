package io.margay.bgp.wire;

import java.util.zip.CRC32C;

/**
 * Hash of a block's content. CRC-32C, because the JVM has one machine instruction for it already in
 * its interpreter: a fresh process hashes its first table as fast as its second. Used by one
 * thread.
 */
public final class BlockHash {
  private final CRC32C crc = new CRC32C();

  /** Equal for equal bytes, wherever they are. */
  public int of(byte[] bytes, int from, int to) {
    crc.reset();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
