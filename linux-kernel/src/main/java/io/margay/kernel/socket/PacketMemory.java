package io.margay.kernel.socket;

import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Memory that packets are read into and sent from. Allocated once; owned by one thread. */
public final class PacketMemory {
  private final ByteBuffer bytes;
  private final long address;

  public PacketMemory(int size) {
    this.bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.BIG_ENDIAN);
    this.address = PacketLibc.address(bytes);
  }

  /** All of it, in network byte order; to be read and written by absolute offsets. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Where an offset is for the kernel.
   *
   * @param length how much it is given there
   * @throws IndexOutOfBoundsException when that is not all inside
   */
  long address(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.capacity());
    return address + offset;
  }
}
