package io.margay.ctl.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Asks the agent of this node over its local socket. */
public final class AgentSocket {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Longer than any silence of an agent that works. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path socket;
  private final Duration patience;

  public AgentSocket(Path socket) {
    this(socket, PATIENCE);
  }

  /** One that gives up when nothing was heard for so long. */
  public AgentSocket(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /**
   * Asks one question.
   *
   * @return the value of the answer
   * @throws NoAnswer when the agent is not there or refuses; the text says what to do
   */
  public JsonNode ask(String verb, Map<String, String> arguments) throws NoAnswer {
    var value = new AtomicReference<JsonNode>(MissingNode.getInstance());
    converse(verb, arguments, parser -> value.set(parser.readValueAsTree()));
    return value.get();
  }

  /**
   * Asks for a list, and hands over its rows as they come: it may be longer than the memory here.
   *
   * @throws NoAnswer as {@link #ask}; also behind rows, when the agent could not go on
   */
  public void rows(String verb, Map<String, String> arguments, Consumer<JsonNode> each)
      throws NoAnswer {
    converse(
        verb,
        arguments,
        parser -> {
          if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("its answer is no list");
          }
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            each.accept(parser.readValueAsTree());
          }
        });
  }

  /** Takes the value of an answer, on whose first token the parser stands. */
  private interface ValueReader {
    void read(JsonParser parser) throws IOException;
  }

  private void converse(String verb, Map<String, String> arguments, ValueReader reader)
      throws NoAnswer {
    Reply reply;
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      // Before there is a parser, which begins to read at once.
      send(channel, verb, arguments);
      var watchdog = new Watchdog(channel, patience);
      try (var _ = watchdog;
          var in = new Heard(Channels.newInputStream(channel), watchdog);
          JsonParser parser = JSON.createParser(in)) {
        reply = read(parser, reader);
      }
    } catch (ClosedChannelException e) {
      throw new NoAnswer(
          "the agent behind " + socket + " has not answered in " + patience.toSeconds() + " s");
    } catch (IOException e) {
      throw new NoAnswer(unreachable(e));
    }
    if (reply.error().isPresent()) {
      throw new NoAnswer(reply.error().get());
    }
    if (!reply.hasValue()) {
      throw new NoAnswer(
          "the agent behind "
              + socket
              + " ended before it answered; ask again, or look at its log");
    }
  }

  private record Reply(boolean hasValue, Optional<String> error) {}

  private static Reply read(JsonParser parser, ValueReader reader) throws IOException {
    boolean hasValue = false;
    Optional<String> error = Optional.empty();
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("value")) {
          reader.read(parser);
          hasValue = true;
        } else if (name.equals("error")) {
          error = Optional.of(parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    }
    return new Reply(hasValue, error);
  }

  private static void send(SocketChannel channel, String verb, Map<String, String> arguments)
      throws IOException {
    ByteBuffer question =
        ByteBuffer.wrap(
            (JSON.writeValueAsString(Map.of("verb", verb, "args", arguments)) + "\n")
                .getBytes(StandardCharsets.UTF_8));
    while (question.hasRemaining()) {
      channel.write(question);
    }
  }

  private String unreachable(IOException e) {
    if (!Files.exists(socket)) {
      return "no agent listens on "
          + socket
          + ": the file is not there; is the calico-node pod of this node running, and are you root on"
          + " the node (or is --socket right)?";
    }
    return "the agent behind " + socket + " does not answer: " + e.getMessage();
  }
}
