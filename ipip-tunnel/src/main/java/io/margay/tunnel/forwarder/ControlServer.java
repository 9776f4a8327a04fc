package io.margay.tunnel.forwarder;

import io.margay.foundation.log.EventLog;
import io.margay.tunnel.control.Came;
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

  private final Served served;
  private final ServerSocketChannel listener;
  private final Semaphore free = new Semaphore(CONNECTIONS);
  private volatile boolean left;

  private ControlServer(Served served, ServerSocketChannel listener) {
    this.served = served;
    this.listener = listener;
    Thread.ofPlatform().name("control").daemon().start(this::accept);
  }

  /**
   * What clients are told of, and may end.
   *
   * @param socket where they come to
   * @param build what this process was started as, or empty
   * @param came how it came to move packets
   * @param ending completed when a client says stop
   */
  record Served(
      Path socket,
      String build,
      Came came,
      Forwarder forwarder,
      CompletableFuture<Ending> ending) {}

  /** Listens; a socket file that is there is replaced. */
  static ControlServer open(Served served) throws IOException {
    Path socket = served.socket();
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
    return new ControlServer(served, listener);
  }

  /** Waits until the process is to end. */
  Ending ending() {
    return served.ending().join();
  }

  /** What is at the path of the socket is a successor's, or will be. */
  void leaveSocket() {
    left = true;
  }

  /** Stops listening and takes the socket file away, unless it was left to a successor. */
  @Override
  public void close() throws IOException {
    listener.close();
    if (!left) {
      Files.deleteIfExists(served.socket());
    }
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
          LOG.error("tunnel.forwarder.accept_failed", e, "socket", served.socket());
          LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      new ControlSession(client, served).run();
    } catch (IOException e) {
      LOG.debug("tunnel.forwarder.client_lost", "why", e.getMessage());
    } finally {
      free.release();
    }
  }
}
