package io.margay.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's API server, over HTTP for the agents and by method calls for the lab's own parts.
 * Both go through the same code. Any thread may call.
 */
public final class ApiServer implements AutoCloseable {
  private static final int REMEMBERED_WRITES = 20_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Headers JSON_BODY =
      Headers.builder().add("Content-Type", "application/json").build();
  private static final Headers PATCH_BODY =
      Headers.builder().add("Content-Type", "application/strategic-merge-patch+json").build();

  // A field, because the logging configuration keeps loggers only weakly. It writes a line a
  // request.
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final LabDispatcher dispatcher = new LabDispatcher(REMEMBERED_WRITES);
  private final MockWebServer server = new MockWebServer();

  /** Serves at this address; port 0 takes a free one. */
  public ApiServer(InetAddress address, int port) {
    REQUESTS.setLevel(Level.WARNING);
    server.setDispatcher(dispatcher);
    server.start(address, port);
  }

  public int port() {
    return server.getPort();
  }

  /** Tells every write from now on, in order, on the writer's thread: be quick. */
  public void onEvent(Consumer<ApiEvent> listener) {
    dispatcher.onEvent(listener);
  }

  /** Creates the object, or gives an existing one this content. Status is left as it is. */
  public JsonNode apply(ResourceKind kind, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String collection = kind.collection(metadata.path("namespace").asText());
    String path = collection + "/" + metadata.path("name").asText();
    Optional<JsonNode> existing = get(path);
    if (existing.isEmpty()) {
      return orThrow(call(HttpMethod.POST, collection, object, JSON_BODY), collection);
    }
    return orThrow(call(HttpMethod.PUT, path, object, JSON_BODY), path);
  }

  /** Creates the object and then gives it its status, which a create leaves out. */
  public void applyWithStatus(ResourceKind kind, ObjectNode object) {
    apply(kind, object);
    JsonNode metadata = object.path("metadata");
    String path =
        kind.collection(metadata.path("namespace").asText()) + "/" + metadata.path("name").asText();
    mergeStatus(path, object);
  }

  /** Merges this into an object through its status, as a kubelet does. */
  public JsonNode mergeStatus(String path, ObjectNode change) {
    return orThrow(call(HttpMethod.PATCH, path + "/status", change, PATCH_BODY), path);
  }

  public Optional<JsonNode> get(String path) {
    MockResponse response = call(HttpMethod.GET, path, null, JSON_BODY);
    return response.code() == 404 ? Optional.empty() : Optional.of(orThrow(response, path));
  }

  /** All objects of a kind, of all namespaces. */
  public List<JsonNode> list(ResourceKind kind) {
    JsonNode list =
        orThrow(call(HttpMethod.GET, kind.everywhere(), null, JSON_BODY), kind.everywhere());
    var items = new ArrayList<JsonNode>();
    list.path("items").forEach(items::add);
    return items;
  }

  /** Deletes an object; one that is not there is no error. */
  public void delete(String path, int graceSeconds) {
    ObjectNode options = JSON.createObjectNode().put("gracePeriodSeconds", graceSeconds);
    MockResponse response = call(HttpMethod.DELETE, path, options, JSON_BODY);
    if (response.code() != 404) {
      orThrow(response, path);
    }
  }

  private MockResponse call(
      HttpMethod method, String path, @Nullable JsonNode body, Headers headers) {
    var bytes = body == null ? new byte[0] : body.toString().getBytes(StandardCharsets.UTF_8);
    return dispatcher.dispatch(
        new RecordedRequest("HTTP/1.1", method, path, headers, new Buffer(bytes)));
  }

  private static JsonNode orThrow(MockResponse response, String path) {
    String body = response.getBody() == null ? "" : response.getBody().readUtf8();
    if (response.code() >= 300) {
      throw new IllegalStateException(path + ": " + response.code() + " " + body);
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(path + ": the answer is not JSON: " + body, e);
    }
  }

  @Override
  public void close() {
    server.shutdown();
  }
}
