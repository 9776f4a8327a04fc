package io.margay.kernel.socket;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;

/**
 * Lets one platform thread wait until a descriptor can be read, and any other thread end that wait.
 * Allocates nothing while it waits.
 */
public final class ReadWaiter implements AutoCloseable {
  private static final int POLLFD = 8;
  private static final int EVENTS = 4;
  private static final short POLLIN = 1;
  private static final int FOR_EVER = -1;

  private final Fd stop = Libc.eventFd();
  private final ByteBuffer fds = Libc.buffer(2 * POLLFD);
  private final long fdsAddress = PacketLibc.address(fds);
  private volatile boolean stopped;

  /** For one descriptor, which must stay open as long as this is used. */
  public ReadWaiter(Fd watched) {
    fds.putInt(0, watched.number()).putShort(EVENTS, POLLIN);
    fds.putInt(POLLFD, stop.number()).putShort(POLLFD + EVENTS, POLLIN);
  }

  /**
   * Waits until a read answers something, be it an error.
   *
   * @return false when the wait was stopped, and from then on
   */
  public boolean await() {
    while (!stopped) {
      int ready = PacketLibc.poll(fdsAddress, 2, FOR_EVER);
      if (ready > 0) {
        return !stopped;
      }
      if (ready < 0 && ready != -Errno.EINTR) {
        throw new KernelException("poll", -ready);
      }
    }
    return false;
  }

  /** Whether {@link #stop} was called: for a thread that finds enough to do without waiting. */
  public boolean isStopped() {
    return stopped;
  }

  /** Ends the wait of the other thread, for good. */
  public void stop() {
    stopped = true;
    ByteBuffer one = Libc.buffer(Long.BYTES).putLong(0, 1);
    Libc.write(stop, one);
  }

  /** To be called when no thread waits any more. */
  @Override
  public void close() {
    stop.close();
  }
}
