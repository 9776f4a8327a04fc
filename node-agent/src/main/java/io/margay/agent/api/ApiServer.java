package io.margay.agent.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.margay.foundation.log.EventLog;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The agent's local socket, mode 0600. A caller writes one line, {@code
 * {"verb":"routes","args":{"family":"ipv4"}}}, and reads one document, {@code {"value": ...}} or
 * {@code {"error": "..."}}, up to the end of the stream. A list that had to end too early has both.
 */
public final class ApiServer implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(ApiServer.class);
  private static final int LONGEST_LINE = 65_536;

  private final ObjectMapper json =
      JsonMapper.builder()
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
          .build();
  private final Map<String, Function<Request, Answer>> verbs;
  private final LocalListener listener;

  private ApiServer(Path socket, Map<String, Function<Request, Answer>> verbs) throws IOException {
    this.verbs = Map.copyOf(verbs);
    this.listener = LocalListener.open(socket, "api", this::serve);
  }

  /**
   * Listens. A socket file that an earlier agent left is replaced.
   *
   * @throws IOException when the file cannot be made
   */
  public static ApiServer open(Path socket, Map<String, Function<Request, Answer>> verbs)
      throws IOException {
    return new ApiServer(socket, verbs);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      send(answer(readLine(channel)), Channels.newOutputStream(channel));
    } catch (IOException e) {
      LOG.debug("api.call.broken", "why", e.getMessage());
    }
  }

  private void send(Answer answer, OutputStream out) throws IOException {
    try (JsonGenerator generator = json.createGenerator(out)) {
      // Half an answer must not look like a whole one.
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      generator.writeStartObject();
      switch (answer) {
        case Answer.Value(Object value) -> generator.writePOJOField("value", value);
        case Answer.Rows(var rows) -> sendRows(rows, generator);
        case Answer.Refused(String why) -> generator.writeStringField("error", why);
      }
      generator.writeEndObject();
    }
  }

  private static void sendRows(Iterator<?> rows, JsonGenerator generator) throws IOException {
    generator.writeArrayFieldStart("value");
    Optional<String> error = Optional.empty();
    try {
      while (rows.hasNext()) {
        generator.writePOJO(rows.next());
      }
    } catch (RuntimeException e) {
      LOG.warn("api.rows.failed", "why", e);
      error = Optional.of("the answer ends too early: " + e.getMessage());
    }
    generator.writeEndArray();
    if (error.isPresent()) {
      generator.writeStringField("error", error.get());
    }
  }

  private Answer answer(String line) {
    Request request;
    try {
      request = read(line);
    } catch (JsonProcessingException e) {
      return new Answer.Refused("the question is no JSON: " + e.getOriginalMessage());
    }
    Function<Request, Answer> verb = verbs.get(request.verb());
    if (verb == null) {
      return new Answer.Refused(
          "no verb \""
              + request.verb()
              + "\"; this agent knows "
              + String.join(", ", new TreeSet<>(verbs.keySet())));
    }
    try {
      return verb.apply(request);
    } catch (RuntimeException e) {
      LOG.error("api.call.failed", e, "verb", request.verb());
      return new Answer.Refused("the agent failed on this: " + e);
    }
  }

  private Request read(String line) throws JsonProcessingException {
    JsonNode node = json.readTree(line);
    var arguments = new LinkedHashMap<String, String>();
    node.path("args").properties().forEach(e -> arguments.put(e.getKey(), e.getValue().asText()));
    return new Request(node.path("verb").asText(""), arguments);
  }

  private static String readLine(SocketChannel channel) throws IOException {
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
      if (line.size() > LONGEST_LINE) {
        throw new IOException("a question of more than " + LONGEST_LINE + " bytes");
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
