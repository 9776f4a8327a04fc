package io.margay.agent.api;

import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A unix socket of mode 0600, with a virtual thread for whoever connects. */
final class LocalListener implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(LocalListener.class);
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

  private final Path socket;
  private final ServerSocketChannel listener;

  private LocalListener(Path socket, ServerSocketChannel listener) {
    this.socket = socket;
    this.listener = listener;
  }

  /**
   * Listens. A socket file that is there is replaced.
   *
   * @param name of the threads
   * @param serve closes what it gets
   * @throws IOException when the file cannot be made
   */
  static LocalListener open(Path socket, String name, Consumer<SocketChannel> serve)
      throws IOException {
    Files.createDirectories(socket.toAbsolutePath().getParent());
    // Bound under another name and moved, so that nobody meets it with wider permissions.
    Path unborn = Path.of(socket + ".new");
    Files.deleteIfExists(unborn);
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(unborn));
      Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString("rw-------"));
      Files.move(unborn, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    var opened = new LocalListener(socket, listener);
    Thread.ofVirtual().name(name).start(() -> opened.accept(name, serve));
    return opened;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }

  private void accept(String name, Consumer<SocketChannel> serve) {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        Thread.ofVirtual().name(name + "-call").start(() -> serve.accept(channel));
      } catch (IOException e) {
        if (listener.isOpen()) {
          LOG.warn("socket.accept.failed", "socket", socket, "why", e.getMessage());
          // Out of descriptors, most likely: what is open ends soon.
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
      }
    }
  }
}
