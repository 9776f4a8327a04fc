package io.margay.tunnel.control;

import io.margay.tunnel.plan.ForwardingTable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks a forwarder and tells it what to do. Each call is a connection of its own with a time limit;
 * any thread may call.
 */
public final class ForwarderClient {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int READ_BYTES = 16 << 10;

  private final Path socket;
  private final Duration limit;

  public ForwarderClient(Path socket) {
    this(socket, LIMIT);
  }

  /** With another time limit for each call. */
  ForwarderClient(Path socket, Duration limit) {
    this.socket = socket;
    this.limit = limit;
  }

  /** What it says of itself; empty when none runs. */
  public Optional<ForwarderStatus> status() {
    return ask(ControlText.STATUS + "\n", true).map(ForwarderStatus::read);
  }

  /** The table that it uses; empty when none runs or it has none yet. */
  public Optional<ForwardingTable> table() {
    return ask(ControlText.SHOW + "\n", true).filter(lines -> !lines.isEmpty()).map(this::collect);
  }

  /**
   * Replaces its table as a whole; packets in flight go by the old one or the new one. Once this
   * returns the new one counts.
   *
   * @param version a number to know the table by
   * @return false when no forwarder runs
   * @throws ForwarderException when it refuses the table
   */
  public boolean feed(long version, ForwardingTable table) {
    String request =
        ControlText.TABLE + " " + version + "\n" + TableText.of(table) + ControlText.END + "\n";
    return ask(request, false).isPresent();
  }

  /**
   * Ends it.
   *
   * @param keepDevice whether its device stays, with address and routes, for a successor
   * @return false when none ran
   */
  public boolean stop(boolean keepDevice) {
    return ask((keepDevice ? ControlText.STOP_KEEP : ControlText.STOP) + "\n", false).isPresent();
  }

  /**
   * Makes it send its open socket and device to the caller, which waits for them at the path that
   * {@link ControlText} names; it goes on moving packets.
   *
   * @return what it says of itself then; empty when none runs
   * @throws ForwarderException when it cannot
   */
  public Optional<ForwarderStatus> handOver() {
    return ask(ControlText.HAND_OVER + "\n", true).map(ForwarderStatus::read);
  }

  /**
   * Ends it after the caller has begun to move packets in its place.
   *
   * @return its last status, with all that it has counted; empty when it ended before
   */
  public Optional<ForwarderStatus> stopHanded() {
    return ask(ControlText.STOP_HANDED + "\n", true).map(ForwarderStatus::read);
  }

  private ForwardingTable collect(List<String> lines) {
    var collector = new TableText.Collector();
    for (String line : lines) {
      TableText.read(line, collector)
          .ifPresent(wrong -> {
            throw new ForwarderException("forwarder " + socket + " showed a table: " + wrong);
          });
    }
    return collector.table();
  }

  /**
   * @param answerHasLines whether lines up to {@code end} follow an {@code ok}
   * @return those lines; empty when nobody listens
   */
  private Optional<List<String>> ask(String request, boolean answerHasLines) {
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    long deadline = System.nanoTime() + limit.toNanos();
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.configureBlocking(false);
      try (var selector = Selector.open()) {
        SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
        write(request, channel, selector, deadline);
        key.interestOps(SelectionKey.OP_READ);
        return Optional.of(read(answerHasLines, channel, selector, deadline));
      }
    } catch (IOException e) {
      if (isAbsent(e)) {
        return Optional.empty();
      }
      throw new ForwarderException("forwarder " + socket + ": " + e.getMessage(), e);
    }
  }

  /** A socket file that a dead process left, or one that went away just now. */
  private boolean isAbsent(IOException e) {
    return e instanceof ConnectException || !Files.exists(socket);
  }

  private void write(String request, SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(selector, deadline);
      }
    }
  }

  private List<String> read(
      boolean answerHasLines, SocketChannel channel, Selector selector, long deadline)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(READ_BYTES);
    var text = new StringBuilder();
    while (!isWhole(text, answerHasLines)) {
      int count = channel.read(bytes.clear());
      if (count < 0) {
        throw new ForwarderException("forwarder " + socket + " ended before it answered");
      }
      if (count == 0) {
        await(selector, deadline);
      }
      text.append(StandardCharsets.US_ASCII.decode(bytes.flip()));
    }
    List<String> lines = text.toString().lines().toList();
    String first = lines.getFirst();
    if (!first.equals(ControlText.OK)) {
      throw new ForwarderException("forwarder " + socket + " answered: " + first);
    }
    return answerHasLines ? lines.subList(1, lines.size() - 1) : List.of();
  }

  private static boolean isWhole(StringBuilder text, boolean answerHasLines) {
    boolean failed = text.indexOf(ControlText.ERROR) == 0;
    String last = answerHasLines && !failed ? "\n" + ControlText.END + "\n" : "\n";
    return text.length() >= last.length()
        && text.substring(text.length() - last.length()).equals(last);
  }

  private void await(Selector selector, long deadline) throws IOException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new ForwarderException("forwarder " + socket + " did not answer in " + limit);
    }
    selector.select(millis);
    selector.selectedKeys().clear();
  }
}
