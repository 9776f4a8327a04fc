package io.margay.kernel.sysctl;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads and writes settings of the calling thread's network namespace, by path with slashes ({@code
 * net/ipv4/conf/eth0.1/rp_filter}): interface names may hold dots.
 */
public final class Sysctl {
  private static final Path ROOT = Path.of("/proc/sys");
  private static final int LONGEST = 4096;

  private Sysctl() {}

  /** The value without its line end; empty when the kernel has no such setting. */
  public static Optional<String> read(String name) {
    Path path = ROOT.resolve(name);
    int number = Libc.tryOpen(path, Libc.O_RDONLY);
    if (number == -Errno.ENOENT) {
      return Optional.empty();
    }
    if (number < 0) {
      throw new KernelException("open " + path, -number);
    }
    try (Fd fd = new Fd(number)) {
      ByteBuffer into = Libc.buffer(LONGEST);
      int count = Libc.read(fd, into);
      if (count < 0) {
        throw new KernelException("read " + path, -count);
      }
      byte[] bytes = new byte[count];
      into.get(0, bytes);
      return Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
    }
  }

  /**
   * Sets a value, unless it is there already: {@code /proc/sys} may be read-only and right.
   *
   * @throws KernelException when the kernel has no such setting or refuses the value
   */
  public static void write(String name, String value) {
    if (!writeIfPresent(name, value)) {
      throw new KernelException("write " + value + " to " + ROOT.resolve(name), Errno.ENOENT);
    }
  }

  /**
   * Sets a value where the kernel has the setting; false where it has not, as all of IPv6 may.
   *
   * @throws KernelException when the kernel refuses the value
   */
  public static boolean writeIfPresent(String name, String value) {
    Optional<String> before = read(name);
    if (before.isEmpty()) {
      return false;
    }
    if (before.get().equals(value)) {
      return true;
    }
    Path path = ROOT.resolve(name);
    try (Fd fd = Libc.open(path, Libc.O_WRONLY)) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      int count = Libc.write(fd, Libc.buffer(bytes.length).put(bytes).flip());
      if (count < 0) {
        throw new KernelException("write " + value + " to " + path, -count);
      }
    }
    return true;
  }
}
