package io.margay.lab.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.foundation.log.EventLog;
import io.margay.lab.live.Progress;
import java.io.BufferedReader;
import java.io.IOException;
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
import java.nio.file.StandardCopyOption;

/**
 * The lab's socket. A request is a line of JSON with a verb; the answer is lines {@code
 * {"say":"..."}} as things go, and at the end one with the exit status.
 */
final class LabServer {
  private static final EventLog LOG = EventLog.of(LabServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Does what is asked; its result is an exit status. */
  interface Verbs {
    int run(JsonNode request, Progress progress) throws InterruptedException;
  }

  private final ServerSocketChannel server;
  private final Verbs verbs;

  LabServer(Path socket, Verbs verbs) {
    this.verbs = verbs;
    try {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      // Between bind and listen the file is there and nobody answers: it gets its name after that.
      Path early = socket.resolveSibling(socket.getFileName() + ".new");
      server.bind(UnixDomainSocketAddress.of(early));
      Files.move(early, socket, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + socket, e);
    }
  }

  /** Serves until the process ends. */
  void serve() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        Thread.ofPlatform().daemon().name("client").start(() -> answer(client));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the lab's socket failed", e);
    }
  }

  private void answer(SocketChannel client) {
    try (client;
        var in = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
        Writer out = Channels.newWriter(client, StandardCharsets.UTF_8)) {
      String line = in.readLine();
      if (line == null) {
        return;
      }
      var caller = new Caller(out);
      int exit = run(line, caller);
      caller.send(JSON.createObjectNode().put("exit", exit));
    } catch (IOException e) {
      LOG.debug("lab.client.gone", "why", e.getMessage());
    }
  }

  private int run(String line, Progress progress) {
    try {
      return verbs.run(JSON.readTree(line), progress);
    } catch (JsonProcessingException e) {
      progress.say("a request that is not JSON: " + e.getOriginalMessage());
      return 2;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    } catch (RuntimeException e) {
      LOG.error("lab.verb.failed", e, "request", line);
      progress.say("failed: " + e.getMessage());
      return 1;
    }
  }

  /** Who is told; when he has hung up, the work goes on without him. */
  private record Caller(Writer out) implements Progress {
    @Override
    public void say(String line) {
      try {
        send(JSON.createObjectNode().put("say", line));
      } catch (IOException e) {
        LOG.debug("lab.client.gone", "why", e.getMessage());
      }
    }

    synchronized void send(ObjectNode message) throws IOException {
      out.write(message.toString() + "\n");
      out.flush();
    }
  }
}
