package io.margay.ctl.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the agent does: an answer, or one line that says why there is none. */
@Timeout(60)
class AgentSocketTest {
  @TempDir private Path directory;
  private Path socket;
  private ServerSocketChannel listener;

  @BeforeEach
  void listen() throws IOException {
    socket = directory.resolve("margay.sock");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private Object ask(Duration patience) throws NoAnswer {
    return new AgentSocket(socket, patience).ask("node", Map.of());
  }

  private void answer(String text) {
    Thread.ofVirtual()
        .start(() -> {
          try (SocketChannel channel = listener.accept()) {
            channel.read(ByteBuffer.allocate(4096));
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void valueIsWhatWasAsked() throws NoAnswer {
    answer("{\"value\": [1]}");
    assertThat(ask(Duration.ofSeconds(30))).hasToString("[1]");
  }

  @Test
  void rowsAreHandedOverAlsoWhenTheAgentCannotGoOn() throws NoAnswer {
    answer("{\"value\": [1, 2]}");
    assertThat(rows()).containsExactly("1", "2");
    answer("{\"value\": [], \"more\": {\"a\": 1}}");
    assertThat(rows()).isEmpty();
    answer("{\"value\": [1, 2], \"error\": \"too busy\"}");
    assertThatThrownBy(this::rows).isInstanceOf(NoAnswer.class).hasMessage("too busy");
    answer("{\"value\": 7}");
    assertThatThrownBy(this::rows).hasMessageContaining("its answer is no list");
  }

  private List<String> rows() throws NoAnswer {
    var rows = new ArrayList<String>();
    new AgentSocket(socket, Duration.ofSeconds(30))
        .rows("node", Map.of(), row -> rows.add(row.toString()));
    return rows;
  }

  @Test
  void refusalIsTheAgents() {
    answer("{\"error\": \"no pod shop/x on this node\"}");
    assertThatThrownBy(() -> ask(Duration.ofSeconds(30))).hasMessage("no pod shop/x on this node");
  }

  @Test
  void agentThatEndsIsNoEmptyAnswer() {
    for (String text : new String[] {"", "{}", "null"}) {
      answer(text);
      assertThatThrownBy(() -> ask(Duration.ofSeconds(30)))
          .as(text)
          .isInstanceOf(NoAnswer.class)
          .hasMessageContaining(socket + " ended before it answered");
    }
  }

  @Test
  void halfAnAnswerIsNone() {
    answer("{\"value\": [1");
    assertThatThrownBy(() -> ask(Duration.ofSeconds(30)))
        .isInstanceOf(NoAnswer.class)
        .hasMessageContaining("does not answer: ");
  }

  // Nobody accepts: the kernel takes the connection and the question all the same.
  @Test
  void agentThatHangsIsNotWaitedForForEver() {
    assertThatThrownBy(() -> ask(Duration.ofMillis(50)))
        .isInstanceOf(NoAnswer.class)
        .hasMessageContaining(socket + " has not answered in 0 s");
  }

  @Test
  void socketThatADeadAgentLeftIsNamed() throws IOException {
    listener.close();
    assertThatThrownBy(() -> ask(Duration.ofSeconds(30)))
        .isInstanceOf(NoAnswer.class)
        .hasMessageContaining("the agent behind " + socket + " does not answer: ");
    Files.delete(socket);
    assertThatThrownBy(() -> ask(Duration.ofSeconds(30)))
        .hasMessageContaining("no agent listens on " + socket);
  }
}
