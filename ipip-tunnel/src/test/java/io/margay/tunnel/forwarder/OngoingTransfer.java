package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.TestNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/** Bytes by TCP from one node's pod network to another's, on and on until it is ended. */
final class OngoingTransfer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CHUNK = 64 << 10;

  private final ServerSocket server;
  private final Socket client;
  private final AtomicLong received = new AtomicLong();
  private final CompletableFuture<Long> sentSum;
  private final CompletableFuture<Long> receivedSum;
  private volatile boolean ended;

  private OngoingTransfer(ServerSocket server, Socket client) {
    this.server = server;
    this.client = client;
    // Threads of their own: the pool of all may have no more than one.
    receivedSum = start(this::receive);
    sentSum = start(this::send);
  }

  static OngoingTransfer begin(TestNode from, TestNode to, InetAddress address) {
    ServerSocket server = to.netns().call(() -> Transfer.listen(address));
    Socket client = from.netns().call(() -> Transfer.connect(address, server.getLocalPort()));
    return new OngoingTransfer(server, client);
  }

  /** Waits until more has come; how much that is, from the begin. */
  long more() {
    long before = received.get();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (received.get() == before) {
      assertThat(System.nanoTime() - deadline).as("waits for more than %s", before).isNegative();
      LockSupport.parkNanos(1_000_000);
    }
    return received.get();
  }

  /** Sends no more, and waits until all has come as it was sent. */
  void end() throws Exception {
    ended = true;
    long sent = sentSum.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(receivedSum.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(sent);
  }

  @Override
  public void close() throws IOException {
    ended = true;
    client.close();
    server.close();
  }

  private static CompletableFuture<Long> start(Supplier<Long> work) {
    return CompletableFuture.supplyAsync(work, Thread.ofPlatform().daemon()::start);
  }

  private long send() {
    var random = new Random(7);
    var chunk = new byte[CHUNK];
    var sum = new CRC32();
    try (OutputStream out = client.getOutputStream()) {
      while (!ended) {
        random.nextBytes(chunk);
        sum.update(chunk);
        out.write(chunk);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.getValue();
  }

  private long receive() {
    var chunk = new byte[CHUNK];
    var sum = new CRC32();
    try (Socket peer = server.accept();
        InputStream in = peer.getInputStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        sum.update(chunk, 0, count);
        received.addAndGet(count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum.getValue();
  }
}
