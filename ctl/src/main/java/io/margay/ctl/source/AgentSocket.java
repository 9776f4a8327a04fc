package io.margay.ctl.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
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

/** Asks the agent of this node over its local socket. */
public final class AgentSocket {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** The longest answers take a second or two: after so long the agent hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path socket;
  private final Duration patience;

  public AgentSocket(Path socket) {
    this(socket, PATIENCE);
  }

  /** One that gives up after so long. */
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
    JsonNode answer;
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread watchdog = Thread.ofVirtual().start(() -> closeLate(channel));
      answer = converse(channel, verb, arguments);
      watchdog.interrupt();
    } catch (ClosedChannelException e) {
      throw new NoAnswer(
          "the agent behind " + socket + " has not answered in " + patience.toSeconds() + " s");
    } catch (IOException e) {
      throw new NoAnswer(unreachable(e));
    }
    if (answer.has("error")) {
      throw new NoAnswer(answer.get("error").asText());
    }
    if (!answer.has("value")) {
      throw new NoAnswer(
          "the agent behind "
              + socket
              + " ended before it answered; ask again, or look at its log");
    }
    return answer.get("value");
  }

  private JsonNode converse(SocketChannel channel, String verb, Map<String, String> arguments)
      throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    ByteBuffer question =
        ByteBuffer.wrap(
            (JSON.writeValueAsString(Map.of("verb", verb, "args", arguments)) + "\n")
                .getBytes(StandardCharsets.UTF_8));
    while (question.hasRemaining()) {
      channel.write(question);
    }
    InputStream in = Channels.newInputStream(channel);
    return JSON.readTree(in.readAllBytes());
  }

  private void closeLate(SocketChannel channel) {
    try {
      Thread.sleep(patience);
      channel.close();
    } catch (InterruptedException | IOException _) {
      // Answered in time; or there is nothing left to close.
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
