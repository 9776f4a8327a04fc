package io.margay.tunnel.forwarder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** What a peer says within a time; after that reading fails. Closes the channel, too. */
final class TimedInput extends InputStream {
  private static final long NANOS = 1_000_000;

  private final SocketChannel channel;
  private final Selector selector;
  private final Duration limit;
  private final long deadline;

  /** The time begins now. */
  TimedInput(SocketChannel channel, Duration limit) throws IOException {
    this.channel = channel;
    this.limit = limit;
    this.deadline = System.nanoTime() + limit.toNanos();
    this.selector = Selector.open();
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    int count = channel.read(buffer);
    while (count == 0 && length > 0) {
      long millis = (deadline - System.nanoTime()) / NANOS;
      if (millis <= 0) {
        throw new IOException("it did not say all within " + limit);
      }
      selector.select(millis);
      selector.selectedKeys().clear();
      count = channel.read(buffer);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    try (channel;
        selector) {
      // Both.
    }
  }
}
