package io.margay.kernel.socket;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;

/** A socket that moves packets in batches. One thread may send while another receives. */
public sealed interface BatchSocket extends AutoCloseable permits RawIpSocket, UdpSocket {
  /** Of {@code asm-generic/socket.h}. */
  int SO_TYPE = 3;

  /** Of {@code asm-generic/socket.h}. */
  int SO_PROTOCOL = 38;

  /**
   * Receives what is there. Never waits.
   *
   * @return how many packets, or negative errno (EAGAIN: none)
   */
  default int receive(ReceiveBatch batch) {
    batch.reset();
    return PacketLibc.receiveMany(fd(), batch.messages(0), batch.capacity(), Libc.MSG_DONTWAIT);
  }

  /**
   * Sends {@code count} packets of the batch, from packet {@code first} on. Waits while the
   * socket's buffer is full.
   *
   * @return how many were sent; when already the first failed, its negative errno
   */
  default int send(SendBatch batch, int first, int count) {
    return PacketLibc.sendMany(fd(), batch.messages(first), count, 0);
  }

  /** Room for a burst that comes while the reader is busy, beyond the system's limit. */
  default void receiveBuffer(int bytes) {
    Libc.setOption(fd(), Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, bytes);
  }

  /** Refuses, and closes, a descriptor that is no socket of this type and protocol. */
  static void require(Fd fd, int type, int protocol) {
    int foundType = intOption(fd, SO_TYPE);
    int foundProtocol = intOption(fd, SO_PROTOCOL);
    if (foundType != type || foundProtocol != protocol) {
      fd.close();
      throw new KernelException(
          "take over a socket",
          Errno.EINVAL,
          "type "
              + foundType
              + ", protocol "
              + foundProtocol
              + " where "
              + type
              + ", "
              + protocol
              + " is needed");
    }
  }

  private static int intOption(Fd fd, int option) {
    ByteBuffer value = Libc.buffer(Integer.BYTES);
    int result = Libc.option(fd, Libc.SOL_SOCKET, option, value);
    return result < 0 ? result : value.getInt(0);
  }

  /** For a {@link ReadWaiter}. */
  Fd fd();

  @Override
  void close();
}
