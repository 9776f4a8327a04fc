package io.margay.agent.api;

import io.margay.agent.bird.BirdCommands;
import io.margay.foundation.log.EventLog;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * BIRD's control socket, mode 0600: a greeting, then a reply for each line, until the caller closes
 * it.
 */
public final class BirdServer implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(BirdServer.class);
  private static final int LONGEST_LINE = 4096;

  private final Path socket;
  private final ServerSocketChannel listener;
  private final BirdCommands commands;

  private BirdServer(Path socket, ServerSocketChannel listener, BirdCommands commands) {
    this.socket = socket;
    this.listener = listener;
    this.commands = commands;
  }

  /**
   * Listens. A socket file that BIRD or an earlier agent left is replaced.
   *
   * @throws IOException when the file cannot be made
   */
  public static BirdServer open(Path socket, BirdCommands commands) throws IOException {
    Files.deleteIfExists(socket);
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    var server = new BirdServer(socket, listener, commands);
    Thread.ofVirtual().name("bird-socket").start(server::accept);
    return server;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel channel = listener.accept();
        Thread.ofVirtual().name("bird-call").start(() -> serve(channel));
      } catch (IOException e) {
        if (listener.isOpen()) {
          LOG.warn("bird.accept.failed", "socket", socket, "why", e.getMessage());
        }
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var out =
          new BufferedWriter(
              new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
      commands.greeting(text -> write(out, text));
      out.flush();
      for (Optional<String> line = readLine(in); line.isPresent(); line = readLine(in)) {
        commands.answer(line.get(), text -> write(out, text));
        out.flush();
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("bird.call.broken", "why", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("bird.call.failed", e, "socket", socket);
    }
  }

  private static void write(Writer out, String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next line without its end; empty when there is none. */
  private static Optional<String> readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return Optional.empty();
      }
      line.write(b);
      if (line.size() > LONGEST_LINE) {
        throw new IOException("a command of more than " + LONGEST_LINE + " bytes");
      }
    }
    return Optional.of(line.toString(StandardCharsets.UTF_8));
  }
}
