package io.margay.kernel.libc;

import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * libc's functions that move packets. Pointers are numbers here, so that a call allocates nothing;
 * {@code long} is a pointer's size wherever Linux runs a 64-bit JVM.
 */
public interface PacketCalls {
  int ioctl(int fd, long request, long argument);

  int poll(long fds, long count, int timeoutMillis);

  @ssize_t
  long read(int fd, long bytes, @size_t long length);

  @ssize_t
  long write(int fd, long bytes, @size_t long length);

  @ssize_t
  long writev(int fd, long pieces, int count);

  int connect(int fd, long address, int length);

  int recvmmsg(int fd, long messages, int count, int flags, long timeout);

  int sendmmsg(int fd, long messages, int count, int flags);
}
