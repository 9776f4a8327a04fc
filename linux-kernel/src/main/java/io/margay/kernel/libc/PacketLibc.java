package io.margay.kernel.libc;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The system calls of the packet path. They allocate nothing and throw nothing: what fails is a
 * negative errno, because a full queue or an unreachable peer is daily life there. Interrupted
 * calls are repeated, {@link #poll} excepted. The caller keeps the buffers behind the addresses
 * alive.
 */
public final class PacketLibc {
  private static final PacketCalls CALLS = LibraryLoader.create(PacketCalls.class).load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

  private PacketLibc() {}

  /** Where a direct buffer begins, whatever its position. */
  public static long address(ByteBuffer direct) {
    return Pointer.wrap(RUNTIME, direct.duplicate().clear()).address();
  }

  /** What the request answers, or negative errno. */
  public static int ioctl(Fd fd, long request, long argument) {
    int result = CALLS.ioctl(fd.number(), request, argument);
    return result < 0 ? -RUNTIME.getLastError() : result;
  }

  /** How many of the {@code pollfd} records have something to say, or negative errno. */
  public static int poll(long fds, int count, int timeoutMillis) {
    int result = CALLS.poll(fds, count, timeoutMillis);
    return result < 0 ? -RUNTIME.getLastError() : result;
  }

  /** Bytes read, or negative errno. */
  public static int read(Fd fd, long bytes, int length) {
    while (true) {
      long count = CALLS.read(fd.number(), bytes, length);
      if (count >= 0) {
        return (int) count;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }

  /** Bytes written, or negative errno. */
  public static int write(Fd fd, long bytes, int length) {
    while (true) {
      long count = CALLS.write(fd.number(), bytes, length);
      if (count >= 0) {
        return (int) count;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }

  /** Writes what {@code iovec} records name as one; bytes written, or negative errno. */
  public static int writePieces(Fd fd, long pieces, int count) {
    while (true) {
      long written = CALLS.writev(fd.number(), pieces, count);
      if (written >= 0) {
        return (int) written;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }

  /** 0, or negative errno. */
  public static int connect(Fd fd, long address, int length) {
    int result = CALLS.connect(fd.number(), address, length);
    return result < 0 ? -RUNTIME.getLastError() : result;
  }

  /** How many of the {@code mmsghdr} records were filled, or negative errno. */
  public static int receiveMany(Fd fd, long messages, int count, int flags) {
    while (true) {
      int received = CALLS.recvmmsg(fd.number(), messages, count, flags, 0);
      if (received >= 0) {
        return received;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }

  /**
   * Sends {@code mmsghdr} records in order and stops at the first that fails.
   *
   * @return how many were sent; when already the first failed, its negative errno
   */
  public static int sendMany(Fd fd, long messages, int count, int flags) {
    while (true) {
      int sent = CALLS.sendmmsg(fd.number(), messages, count, flags);
      if (sent >= 0) {
        return sent;
      }
      int errno = RUNTIME.getLastError();
      if (errno != Errno.EINTR) {
        return -errno;
      }
    }
  }
}
