package io.margay.kernel.libc;

import java.nio.ByteBuffer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/** libc's functions by their own names. Direct buffers pass their address at their position. */
public interface LibcCalls {
  int socket(int domain, int type, int protocol);

  int bind(int fd, @In ByteBuffer address, int length);

  int getsockname(int fd, @Out ByteBuffer address, ByteBuffer length);

  int setsockopt(int fd, int level, int option, @In ByteBuffer value, int length);

  int getsockopt(int fd, int level, int option, ByteBuffer value, ByteBuffer length);

  @ssize_t
  long send(int fd, @In ByteBuffer bytes, @size_t long length, int flags);

  @ssize_t
  long sendto(
      int fd,
      @In ByteBuffer bytes,
      @size_t long length,
      int flags,
      @In ByteBuffer address,
      int addressLength);

  @ssize_t
  long recv(int fd, @Out ByteBuffer bytes, @size_t long length, int flags);

  @ssize_t
  long read(int fd, @Out ByteBuffer bytes, @size_t long length);

  @ssize_t
  long write(int fd, @In ByteBuffer bytes, @size_t long length);

  int poll(ByteBuffer fds, long count, int timeoutMillis);

  int eventfd(int initial, int flags);

  int open(@In String path, int flags);

  int close(int fd);

  int setns(int fd, int type);

  int fstatfs(int fd, @Out ByteBuffer result);
}
