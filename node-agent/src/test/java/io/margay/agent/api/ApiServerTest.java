package io.margay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerTest {
  @TempDir private Path directory;

  private String ask(String line) throws IOException {
    Path socket = directory.resolve("margay.sock");
    try (var _ =
            ApiServer.open(
                socket,
                Map.of(
                    "echo",
                    request -> new Answer.Value(request.arguments()),
                    "rows",
                    request -> new Answer.Rows(rows(request.argument("broken").isPresent())),
                    "fail",
                    _ -> {
                      throw new IllegalStateException("broken view");
                    }));
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Iterator<Map<String, Integer>> rows(boolean broken) {
    return IntStream.range(0, 3)
        .mapToObj(i -> {
          if (broken && i == 2) {
            throw new IllegalStateException("the speaker is busy");
          }
          return Map.of("n", i);
        })
        .iterator();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"verb":"echo","args":{"a":"b"}} | {"value":{"a":"b"}}
          {"verb":"echo"}                  | {"value":{}}
          {"verb":"rows"}                  | {"value":[{"n":0},{"n":1},{"n":2}]}
          {"verb":"rows","args":{"broken":"1"}} | {"value":[{"n":0},{"n":1}],"error":"the answer ends too early: the speaker is busy"}
          {"verb":"nope"}                  | {"error":"no verb \\"nope\\"; this agent knows echo, fail, rows"}
          []                               | {"error":"no verb \\"\\"; this agent knows echo, fail, rows"}
          """)
  void answersEachQuestion(String question, String answer) throws IOException {
    assertThat(ask(question)).isEqualTo(answer);
  }

  @Test
  void brokenJsonIsSaidToBeSo() throws IOException {
    assertThat(ask("{\"verb\":")).startsWith("{\"error\":\"the question is no JSON: ");
  }

  @Test
  void aViewThatFailsIsAnAnswerAndNotTheEnd() throws IOException {
    assertThat(ask("{\"verb\":\"fail\"}"))
        .contains("the agent failed on this")
        .contains("broken view");
  }

  @Test
  void aSocketFileLeftBehindIsReplaced() throws IOException {
    Files.createFile(directory.resolve("margay.sock"));
    assertThat(ask("{\"verb\":\"echo\"}")).isEqualTo("{\"value\":{}}");
  }
}
