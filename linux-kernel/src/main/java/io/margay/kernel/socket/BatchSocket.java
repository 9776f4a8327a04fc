package io.margay.kernel.socket;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;

/** A socket that moves packets in batches. One thread may send while another receives. */
public sealed interface BatchSocket extends AutoCloseable permits RawIpSocket, UdpSocket {
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

  /** For a {@link ReadWaiter}. */
  Fd fd();

  @Override
  void close();
}
