package io.margay.kernel.netlink;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.nlmsg.RequestBytes;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Blocks of requests on their way through a socket. The kernel does the work of a request within
 * the send: so the sends have a thread of their own, while the owner's reads the answers to one
 * block and writes the next. Owned by the thread that uses the socket.
 */
final class BlockPipeline {
  private final Fd fd;
  private final int port;
  private final AckReceiver acks = new AckReceiver();

  /** In the order of their sends; their answers are not read yet. */
  private final ArrayDeque<Sending> underWay = new ArrayDeque<>();

  /** Starts its thread with the first task: few sockets ever have two blocks to send. */
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("netlink-send").factory());

  private final ByteBuffer senderBuffer = Libc.buffer(RequestBytes.CAPACITY);

  private record Sending(RequestBlock block, CompletableFuture<Void> done) {}

  BlockPipeline(Fd fd, int port) {
    this.fd = fd;
    this.port = port;
  }

  /** Hands a block over, behind those before; it is not to be touched until it was waited for. */
  void add(RequestBlock block) {
    var done = CompletableFuture.runAsync(() -> send(block, senderBuffer), sender);
    underWay.add(new Sending(block, done));
  }

  /**
   * Sends a block on the calling thread and waits for its answers: sooner done when it is alone.
   */
  void execute(RequestBlock block, ByteBuffer buffer) {
    awaitAll();
    send(block, buffer);
    collect(block);
  }

  /** Waits until the block has its answers, if it is under way. */
  void await(RequestBlock block) {
    while (underWay.stream().anyMatch(sending -> sending.block == block)) {
      awaitFirst();
    }
  }

  /** Waits for all answers: whoever asks something else next gets no others. */
  void awaitAll() {
    while (!underWay.isEmpty()) {
      awaitFirst();
    }
  }

  /** Ends the thread after what it was given. */
  void end() {
    sender.close();
  }

  private void awaitFirst() {
    Sending first = underWay.remove();
    first.done.join();
    collect(first.block);
  }

  private void collect(RequestBlock block) {
    if (!block.isSound()) {
      return;
    }
    try {
      acks.collect(fd, port, block);
    } catch (KernelException e) {
      block.refusedWhole(e.errno());
      forsakeAll(e.errno());
      throw e;
    }
  }

  /** Answers were lost, and whose is not known: those to later blocks are no longer waited for. */
  private void forsakeAll(int errno) {
    for (Sending sending : underWay) {
      sending.done.join();
      sending.block.refusedWhole(errno);
    }
    underWay.clear();
    acks.drop(fd);
  }

  private void send(RequestBlock block, ByteBuffer buffer) {
    block.bytes().copyTo(buffer);
    try {
      Libc.send(fd, buffer);
    } catch (KernelException e) {
      block.refusedWhole(e.errno());
    }
  }
}
