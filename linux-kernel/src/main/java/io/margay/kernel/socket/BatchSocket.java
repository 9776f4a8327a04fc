package io.margay.kernel.socket;

import io.margay.kernel.libc.Fd;

/** A socket that moves packets in batches. One thread may send while another receives. */
public sealed interface BatchSocket extends AutoCloseable permits RawIpSocket, UdpSocket {
  /**
   * Receives what is there. Never waits.
   *
   * @return how many packets, or negative errno (EAGAIN: none)
   */
  int receive(ReceiveBatch batch);

  /**
   * Sends {@code count} packets of the batch, from packet {@code first} on. Waits while the
   * socket's buffer is full.
   *
   * @return how many were sent; when already the first failed, its negative errno
   */
  int send(SendBatch batch, int first, int count);

  /** For a {@link ReadWaiter}. */
  Fd fd();

  @Override
  void close();
}
