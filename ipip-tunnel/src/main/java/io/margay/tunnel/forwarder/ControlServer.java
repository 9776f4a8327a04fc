package io.margay.tunnel.forwarder;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * The forwarder's unix socket, for its owner alone. A thread accepts, each connection has one of
 * its own: there are few, and they mostly wait.
 */
final class ControlServer implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(ControlServer.class);
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
  private static final int CONNECTIONS = 16;
  private static final String OWNER_ONLY = "rw-------";

  private final Path socket;
  private final ServerSocketChannel listener;
  private final Forwarder forwarder;
  private final CompletableFuture<Ending> ending;
  private final Semaphore free = new Semaphore(CONNECTIONS);

  private ControlServer(
      Path socket,
      ServerSocketChannel listener,
      Forwarder forwarder,
      CompletableFuture<Ending> ending) {
    this.socket = socket;
    this.listener = listener;
    this.forwarder = forwarder;
    this.ending = ending;
    Thread.ofPlatform().name("control").daemon().start(this::accept);
  }

  /**
   * Listens; a socket file that is there is replaced.
   *
   * @param ending completed when a client says stop
   */
  static ControlServer open(Path socket, Forwarder forwarder, CompletableFuture<Ending> ending)
      throws IOException {
    // Bound under another name and moved, so that nobody meets it with wider permissions.
    Path unborn = Path.of(socket + ".new");
    Files.deleteIfExists(unborn);
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(unborn));
      Files.setPosixFilePermissions(unborn, PosixFilePermissions.fromString(OWNER_ONLY));
      Files.move(unborn, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    return new ControlServer(socket, listener, forwarder, ending);
  }

  Path socket() {
    return socket;
  }

  /** Stops listening and takes the socket file away. */
  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }

  private void accept() {
    while (listener.isOpen()) {
      free.acquireUninterruptibly();
      try {
        SocketChannel client = listener.accept();
        Thread.ofPlatform().name("control-client").daemon().start(() -> serve(client));
      } catch (IOException e) {
        free.release();
        if (listener.isOpen()) {
          // Out of descriptors, most likely: packets flow on, and what is open ends soon.
          LOG.error("tunnel.forwarder.accept_failed", e, "socket", socket);
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      new ControlSession(client, forwarder, ending).run();
    } catch (IOException e) {
      LOG.debug("tunnel.forwarder.client_lost", "why", e.getMessage());
    } finally {
      free.release();
    }
  }
}
