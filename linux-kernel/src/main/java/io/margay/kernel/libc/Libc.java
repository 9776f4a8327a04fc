package io.margay.kernel.libc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * System calls as Java methods: a failure is a {@link KernelException}, or a negative errno where
 * the caller goes on with it. Blocking ones belong on platform threads: in a virtual thread they
 * hold its carrier.
 */
public final class Libc {
  public static final int AF_NETLINK = 16;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SOL_SOCKET = 1;
  public static final int SO_RCVTIMEO = 20;
  public static final int SO_SNDBUFFORCE = 32;
  public static final int SO_RCVBUFFORCE = 33;
  public static final int MSG_TRUNC = 0x20;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_CLOEXEC = 0x80000;

  /** {@code struct pollfd}: descriptor, wanted events, events that came. */
  public static final int POLLFD_BYTES = 8;

  public static final short POLLIN = 1;

  private static final int CLONE_NEWNET = 0x40000000;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;
  private static final int STATFS_BYTES = 256;

  private static final LibcCalls CALLS = LibraryLoader.create(LibcCalls.class).load("c");
  private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

  private Libc() {}

  /** A buffer whose address the kernel can be given; native byte order. */
  public static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  public static Fd socket(int domain, int type, int protocol) {
    int fd = CALLS.socket(domain, type, protocol);
    return new Fd(checked(fd, fd < 0 ? RUNTIME.getLastError() : 0, "socket"));
  }

  /** Binds to the address between the buffer's position and limit. */
  public static void bind(Fd fd, ByteBuffer address) {
    int result = CALLS.bind(fd.number(), address, address.remaining());
    checked(result, result < 0 ? RUNTIME.getLastError() : 0, "bind");
  }

  /** Writes the socket's own address at the buffer's position. */
  public static void ownAddress(Fd fd, ByteBuffer address) {
    ByteBuffer length = buffer(Integer.BYTES).putInt(0, address.remaining());
    int result = CALLS.getsockname(fd.number(), address, length);
    checked(result, result < 0 ? RUNTIME.getLastError() : 0, "getsockname");
  }

  public static void setOption(Fd fd, int level, int option, int value) {
    setOption(fd, level, option, buffer(Integer.BYTES).putInt(0, value));
  }

  /** Sets an option to what lies between the buffer's position and limit. */
  public static void setOption(Fd fd, int level, int option, ByteBuffer value) {
    int result = CALLS.setsockopt(fd.number(), level, option, value, value.remaining());
    checked(
        result,
        result < 0 ? RUNTIME.getLastError() : 0,
        "setsockopt level " + level + " option " + option);
  }

  /**
   * Reads an option into what lies between the buffer's position and limit; some options read there
   * what is asked for.
   *
   * @return 0, or negative errno
   */
  public static int option(Fd fd, int level, int option, ByteBuffer value) {
    ByteBuffer length = buffer(Integer.BYTES).putInt(0, value.remaining());
    int result = CALLS.getsockopt(fd.number(), level, option, value, length);
    return result < 0 ? -RUNTIME.getLastError() : 0;
  }

  /** How long a receive may wait before it answers EAGAIN; zero is for ever. */
  public static void receiveTimeout(Fd fd, int millis) {
    ByteBuffer timeval = buffer(2 * Long.BYTES);
    timeval.putLong(0, millis / 1000).putLong(Long.BYTES, millis % 1000 * 1000L);
    setOption(fd, SOL_SOCKET, SO_RCVTIMEO, timeval);
  }

  /** Sends what lies between position and limit as one datagram; the position stays. */
  public static void send(Fd fd, ByteBuffer bytes) {
    int length = bytes.remaining();
    while (true) {
      long sent = CALLS.send(fd.number(), bytes, length, 0);
      int errno = sent < 0 ? RUNTIME.getLastError() : 0;
      if (sent == length) {
        return;
      }
      if (errno != Errno.EINTR) {
        throw new KernelException("send of " + length + " bytes", errno);
      }
    }
  }

  /**
   * Sends what lies between position and limit as one datagram to an address; positions stay.
   *
   * @return bytes sent, or negative errno
   */
  public static int sendTo(Fd fd, ByteBuffer bytes, ByteBuffer address) {
    while (true) {
      long sent =
          CALLS.sendto(fd.number(), bytes, bytes.remaining(), 0, address, address.remaining());
      int errno = sent < 0 ? RUNTIME.getLastError() : 0;
      if (errno != Errno.EINTR) {
        return sent < 0 ? -errno : (int) sent;
      }
    }
  }

  /**
   * Receives one datagram at the buffer's position, which stays.
   *
   * @return its whole length when {@link #MSG_TRUNC} is among the flags (it may be more than fits),
   *     else the bytes received; negative errno when nothing could be received
   */
  public static int receive(Fd fd, ByteBuffer into, int flags) {
    while (true) {
      long received = CALLS.recv(fd.number(), into, into.remaining(), flags);
      int errno = received < 0 ? RUNTIME.getLastError() : 0;
      if (errno != Errno.EINTR) {
        return received < 0 ? -errno : (int) received;
      }
    }
  }

  /**
   * Reads at the buffer's position, which stays.
   *
   * @return bytes read, 0 at the end, or negative errno
   */
  public static int read(Fd fd, ByteBuffer into) {
    while (true) {
      long count = CALLS.read(fd.number(), into, into.remaining());
      int errno = count < 0 ? RUNTIME.getLastError() : 0;
      if (errno != Errno.EINTR) {
        return count < 0 ? -errno : (int) count;
      }
    }
  }

  /**
   * Writes what lies between position and limit in one call; the position stays.
   *
   * @return bytes written, or negative errno
   */
  public static int write(Fd fd, ByteBuffer bytes) {
    while (true) {
      long count = CALLS.write(fd.number(), bytes, bytes.remaining());
      int errno = count < 0 ? RUNTIME.getLastError() : 0;
      if (errno != Errno.EINTR) {
        return count < 0 ? -errno : (int) count;
      }
    }
  }

  /**
   * Waits until one of the {@code pollfd} records between position and limit has something to say.
   *
   * @param timeoutMillis how long at most; negative is for ever
   * @return how many have; 0 when the time is over, negative errno else: EINTR after a signal
   */
  public static int poll(ByteBuffer fds, int timeoutMillis) {
    int result = CALLS.poll(fds, fds.remaining() / POLLFD_BYTES, timeoutMillis);
    return result < 0 ? -RUNTIME.getLastError() : result;
  }

  /** A counter that wakes a thread out of {@link #poll}; never blocks. */
  public static Fd eventFd() {
    int fd = CALLS.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return new Fd(checked(fd, fd < 0 ? RUNTIME.getLastError() : 0, "eventfd"));
  }

  /** Opens an existing file. O_CLOEXEC is always added. */
  public static Fd open(Path path, int flags) {
    int fd = tryOpen(path, flags);
    return new Fd(checked(fd, -fd, "open " + path));
  }

  /** Opens an existing file: its number, which somebody has to own, or negative errno. */
  public static int tryOpen(Path path, int flags) {
    int fd = CALLS.open(path.toString(), flags | O_CLOEXEC);
    return fd < 0 ? -RUNTIME.getLastError() : fd;
  }

  /** Puts the calling thread, and no other, into a network namespace. */
  public static void enterNetns(Fd namespace) {
    int result = CALLS.setns(namespace.number(), CLONE_NEWNET);
    checked(result, result < 0 ? RUNTIME.getLastError() : 0, "setns");
  }

  /** The magic number of the file system that an open file lies on. */
  public static long fileSystemType(Fd fd) {
    ByteBuffer statfs = buffer(STATFS_BYTES);
    int result = CALLS.fstatfs(fd.number(), statfs);
    checked(result, result < 0 ? RUNTIME.getLastError() : 0, "fstatfs");
    return statfs.getLong(0);
  }

  /** Linux has released the number even when close says EINTR: never repeat it. */
  static void close(int fd) {
    CALLS.close(fd);
  }

  private static int checked(int result, int errno, String call) {
    if (result < 0) {
      throw new KernelException(call, errno);
    }
    return result;
  }
}
