package io.margay.tunnel.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Tells when a forwarder ends: a connection on which nothing is said, and a platform thread that
 * waits for its end.
 */
final class ForwarderWatch {
  private final SocketChannel channel;
  private final Thread thread;

  private ForwarderWatch(SocketChannel channel, Runnable onEnd) {
    this.channel = channel;
    this.thread =
        Thread.ofPlatform().name("forwarder-watch").daemon().start(() -> waitForEnd(onEnd));
  }

  /**
   * Begins to watch.
   *
   * @param onEnd called once, on a thread of its own, unless this is closed before
   * @throws ForwarderException when none runs
   */
  static ForwarderWatch of(Path socket, Runnable onEnd) {
    try {
      return new ForwarderWatch(SocketChannel.open(UnixDomainSocketAddress.of(socket)), onEnd);
    } catch (IOException e) {
      throw new ForwarderException("forwarder " + socket + ": " + e.getMessage(), e);
    }
  }

  boolean isWatching() {
    return thread.isAlive();
  }

  /** Stops watching, without a call. */
  void close() {
    thread.interrupt();
  }

  private void waitForEnd(Runnable onEnd) {
    try (channel) {
      while (channel.read(ByteBuffer.allocate(64)) >= 0) {
        // An answer to nothing: not ours to judge here.
      }
    } catch (ClosedByInterruptException e) {
      return;
    } catch (IOException e) {
      // Reset by its death: the same as its end.
    }
    onEnd.run();
  }
}
