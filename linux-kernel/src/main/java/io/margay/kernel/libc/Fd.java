package io.margay.kernel.libc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open file descriptor, closed once. Closing it while another thread waits in a call on it is
 * the caller's mistake: the number may be another file by the time that the kernel looks.
 */
public final class Fd implements AutoCloseable {
  private static final int CLOSED = -1;

  private final AtomicInteger number;

  /** Takes ownership of an open descriptor. */
  public Fd(int number) {
    this.number = new AtomicInteger(number);
  }

  /**
   * The number, for a call.
   *
   * @throws IllegalStateException when it is closed
   */
  public int number() {
    int n = number.get();
    if (n == CLOSED) {
      throw new IllegalStateException("file descriptor is closed");
    }
    return n;
  }

  @Override
  public void close() {
    int n = number.getAndSet(CLOSED);
    if (n != CLOSED) {
      Libc.close(n);
    }
  }
}
