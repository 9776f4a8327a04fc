package io.margay.kernel.netns;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** An open network namespace, which lives at least as long as this. For any thread. */
public final class Netns implements AutoCloseable {
  /** {@code NSFS_MAGIC}. */
  private static final long NSFS = 0x6e736673;

  private final Path path;
  private final Fd fd;

  private Netns(Path path, Fd fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Opens a namespace.
   *
   * @param path {@code /run/netns/NAME} or {@code /proc/PID/ns/net}
   * @throws KernelException when there is none; EINVAL when the path is an ordinary file, which a
   *     mount that is gone leaves behind
   */
  public static Netns open(Path path) {
    return open(path, Libc.open(path, Libc.O_RDONLY))
        .orElseThrow(
            () -> new KernelException("open " + path, Errno.EINVAL, "no network namespace"));
  }

  /** Opens a namespace; empty when it is gone: no such path, or only the file it was mounted on. */
  public static Optional<Netns> find(Path path) {
    int number = Libc.tryOpen(path, Libc.O_RDONLY);
    if (number == -Errno.ENOENT) {
      return Optional.empty();
    }
    if (number < 0) {
      throw new KernelException("open " + path, -number);
    }
    return open(path, new Fd(number));
  }

  private static Optional<Netns> open(Path path, Fd fd) {
    boolean found = false;
    try {
      found = Libc.fileSystemType(fd) == NSFS;
    } finally {
      if (!found) {
        fd.close();
      }
    }
    return found ? Optional.of(new Netns(path, fd)) : Optional.empty();
  }

  /** The calling thread's own namespace. */
  public static Netns current() {
    return open(Path.of("/proc/thread-self/ns/net"));
  }

  public Path path() {
    return path;
  }

  /** The descriptor, to give to the kernel; open as long as this is. */
  public int fd() {
    return fd.number();
  }

  /**
   * Does something inside the namespace, on a new platform thread that ends with it: a thread that
   * does not go back cannot fail to. The caller waits, uninterruptibly.
   *
   * <p>The work starts no thread, executor or process: they would be born in the namespace and
   * stay.
   *
   * @throws KernelException when the namespace cannot be entered, or from the work
   */
  public <T> T call(Supplier<T> work) {
    var task =
        new FutureTask<T>(() -> {
          Libc.enterNetns(fd);
          return work.get();
        });
    Thread.ofPlatform().daemon().name("netns " + path).start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw rethrown(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** As {@link #call}, without a result. */
  public void run(Runnable work) {
    call(() -> {
      work.run();
      return Boolean.TRUE;
    });
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** The work's own exception, with the caller's frames noted as suppressed. */
  private static RuntimeException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException fault) {
      fault.addSuppressed(new IllegalStateException("called from here"));
      return fault;
    }
    return new CompletionException(cause);
  }
}
