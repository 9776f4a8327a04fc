package io.margay.ctl.source;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Closes a connection on which nothing was heard for too long: whoever reads there fails. */
final class Watchdog implements AutoCloseable {
  private final SocketChannel channel;
  private final Duration patience;
  private final Thread thread;
  private volatile long heard = System.nanoTime();

  Watchdog(SocketChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
    this.thread = Thread.ofVirtual().unstarted(this::watch);
    thread.start();
  }

  /** Something came. */
  void heard() {
    heard = System.nanoTime();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      long left = patience.toNanos();
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = heard + patience.toNanos() - System.nanoTime();
      }
      channel.close();
    } catch (InterruptedException | IOException _) {
      // All was heard; or there is nothing left to close.
    }
  }
}
