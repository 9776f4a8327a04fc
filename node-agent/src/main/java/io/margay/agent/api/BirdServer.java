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
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * BIRD's control socket, mode 0600: a greeting, then a reply for each line, until the caller closes
 * it.
 */
public final class BirdServer implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(BirdServer.class);
  private static final int LONGEST_LINE = 4096;

  private final Path socket;
  private final BirdCommands commands;
  private final LocalListener listener;

  private BirdServer(Path socket, BirdCommands commands) throws IOException {
    this.socket = socket;
    this.commands = commands;
    this.listener = LocalListener.open(socket, "bird", this::serve);
  }

  /**
   * Listens. A socket file that BIRD or an earlier agent left is replaced.
   *
   * @throws IOException when the file cannot be made
   */
  public static BirdServer open(Path socket, BirdCommands commands) throws IOException {
    return new BirdServer(socket, commands);
  }

  @Override
  public void close() throws IOException {
    listener.close();
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
