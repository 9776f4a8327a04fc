package io.margay.tunnel.forwarder;

import io.margay.tunnel.control.ControlText;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which process moves the packets for a socket, as locks of files: the kernel takes them back when
 * their process ends, however it ends. One serves; one at most comes, to begin or to take over,
 * until it serves. Any thread may call.
 */
final class Locks implements AutoCloseable {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private final FileChannel serving;
  private final FileChannel coming;
  private @Nullable FileLock serves;
  private @Nullable FileLock comes;

  private Locks(FileChannel serving, FileChannel coming) {
    this.serving = serving;
    this.coming = coming;
  }

  static Locks of(Path socket) throws IOException {
    FileChannel serving = open(socket + ControlText.LOCK);
    try {
      return new Locks(serving, open(socket + ControlText.SUCCEED_LOCK));
    } catch (IOException e) {
      serving.close();
      throw e;
    }
  }

  private static FileChannel open(String file) throws IOException {
    return FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Whether this process is the one that comes; false while another is. */
  synchronized boolean come() throws IOException {
    if (comes == null) {
      comes = coming.tryLock();
    }
    return comes != null;
  }

  /** Whether this process is the one that serves; then another may come. */
  synchronized boolean serve() throws IOException {
    if (serves == null) {
      serves = serving.tryLock();
    }
    if (serves != null && comes != null) {
      comes.release();
      comes = null;
    }
    return serves != null;
  }

  /** The same, after at most so long a wait for the end of the one that serves. */
  boolean serveWithin(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!serve()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    try (serving;
        coming) {
      // Both, and their locks with them.
    }
  }
}
