package io.margay.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.server.mock.KubernetesAttributesExtractor;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.mockwebserver.crud.AttributeSet;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * fabric8's CRUD server with the differences mended that an agent would trip over: a status write
 * of a node or pod carries annotations; DELETE asks its preconditions and lets a pod end in peace;
 * strategic patches; a watch goes on at the version it names, or is told 410.
 *
 * <p>Any thread may call; one request is worked on at a time.
 */
final class LabDispatcher extends KubernetesCrudDispatcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ReentrantLock lock = new ReentrantLock();
  private final WatchHistory history;
  private final List<Consumer<ApiEvent>> listeners = new CopyOnWriteArrayList<>();

  /** A server that remembers this many writes for watches that come back. */
  LabDispatcher(int remembered) {
    this.history = new WatchHistory(remembered);
  }

  /** Tells every write from now on, in order, on the writer's thread. */
  void onEvent(Consumer<ApiEvent> listener) {
    listeners.add(listener);
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    lock.lock();
    try {
      Optional<ApiPath> path = ApiPath.parse(request.getPath());
      return path.isPresent() ? dispatch(request, path.get()) : Discovery.answer(request);
    } catch (JsonProcessingException e) {
      return Answers.status(400, "BadRequest", "the body is not JSON: " + e.getOriginalMessage());
    } finally {
      lock.unlock();
    }
  }

  private MockResponse dispatch(RecordedRequest request, ApiPath path)
      throws JsonProcessingException {
    HttpMethod method = request.method();
    if (method == HttpMethod.GET && path.isWatch()) {
      return watch(request, path);
    }
    if (method == HttpMethod.POST && path.subresource().filter("token"::equals).isPresent()) {
      return Discovery.token();
    }
    if (method == HttpMethod.DELETE) {
      return delete(request, path);
    }
    boolean patch = method == HttpMethod.PATCH;
    boolean carriesMetadata = path.isStatus() && (path.isCore("nodes") || path.isCore("pods"));
    if (patch
        ? carriesMetadata || isStrategic(request)
        : method == HttpMethod.PUT && carriesMetadata) {
      return write(request, path, patch);
    }
    MockResponse response = super.dispatch(request);
    // It answers 202 to a patch.
    return patch && response.code() == 202 ? response.setResponseCode(200) : response;
  }

  private static boolean isStrategic(RecordedRequest request) {
    String type = request.getHeader("Content-Type");
    return type != null && type.contains("strategic-merge-patch");
  }

  /** A write that the base class would take for something else. */
  private MockResponse write(RecordedRequest request, ApiPath path, boolean patch)
      throws JsonProcessingException {
    AttributeSet key = getKey(request.getPath());
    Map.Entry<AttributeSet, String> found = findResource(key);
    if (found == null) {
      return Answers.notFound(path);
    }
    JsonNode current = JSON.readTree(found.getValue());
    JsonNode body = JSON.readTree(request.getUtf8Body());
    if (!(proposed(request, current, body, patch) instanceof ObjectNode updated)) {
      return Answers.status(400, "BadRequest", "the body is not an object");
    }
    String expected = updated.path("metadata").path("resourceVersion").asText();
    if (!expected.isEmpty() && !expected.equals(version(current))) {
      return Answers.conflict(path, "the object has been modified");
    }
    String kept = path.isStatus() ? "spec" : "status";
    if (current.has(kept)) {
      updated.set(kept, current.get(kept));
    } else {
      updated.remove(kept);
    }
    preserveMetadata(current, updated);
    if (!path.isStatus()) {
      touchGeneration(current, updated);
    }
    touchResourceVersion(current, updated);
    String text = JSON.writeValueAsString(updated);
    processEvent(request.getPath(), key, found.getKey(), null, text);
    return Answers.json(200, text);
  }

  private static JsonNode proposed(
      RecordedRequest request, JsonNode current, JsonNode body, boolean patch) {
    if (!patch) {
      return body.deepCopy();
    }
    return isStrategic(request)
        ? ObjectPatch.strategic(current, body)
        : ObjectPatch.merge(current, body);
  }

  private MockResponse delete(RecordedRequest request, ApiPath path)
      throws JsonProcessingException {
    String body = request.getUtf8Body();
    JsonNode options = body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    Map.Entry<AttributeSet, String> found =
        path.name().isEmpty() ? null : findResource(getKey(request.getPath()));
    if (found == null) {
      return path.name().isEmpty() ? super.dispatch(request) : Answers.notFound(path);
    }
    JsonNode current = JSON.readTree(found.getValue());
    JsonNode wanted = options.path("preconditions");
    for (String field : List.of("uid", "resourceVersion")) {
      String is = current.path("metadata").path(field).asText();
      if (wanted.hasNonNull(field) && !wanted.path(field).asText().equals(is)) {
        return Answers.conflict(
            path,
            "Precondition failed: %s in precondition: %s, in object meta: %s"
                .formatted(field, wanted.path(field).asText(), is));
      }
    }
    if (path.isCore("pods") && endsInPeace(current, options, path)) {
      return markDeleted(request, found, (ObjectNode) current);
    }
    return super.dispatch(request);
  }

  /** A pod that runs goes in two steps: its node is told, and takes it away with a grace of 0. */
  private static boolean endsInPeace(JsonNode pod, JsonNode options, ApiPath path) {
    String grace =
        options.path("gracePeriodSeconds").asText(path.query().get("gracePeriodSeconds"));
    return !"0".equals(grace) && pod.path("spec").hasNonNull("nodeName");
  }

  private MockResponse markDeleted(
      RecordedRequest request, Map.Entry<AttributeSet, String> found, ObjectNode pod)
      throws JsonProcessingException {
    ObjectNode metadata = pod.withObject("/metadata");
    if (!metadata.hasNonNull("deletionTimestamp")) {
      metadata.put("deletionTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      metadata.put("deletionGracePeriodSeconds", 30);
      metadata.put("resourceVersion", Long.toString(requestResourceVersion()));
      String text = JSON.writeValueAsString(pod);
      processEvent(request.getPath(), getKey(request.getPath()), found.getKey(), null, text);
    }
    return Answers.json(200, JSON.writeValueAsString(pod));
  }

  // The base class calls this for each write; it keeps the map, we keep the history.
  @Override
  public void processEvent(
      String path,
      AttributeSet pathAttributes,
      @Nullable AttributeSet oldAttributes,
      @Nullable GenericKubernetesResource resource,
      @Nullable String newState) {
    String before = oldAttributes == null ? null : map.get(oldAttributes);
    super.processEvent(path, pathAttributes, oldAttributes, resource, newState);
    if (before != null && before.equals(newState)) {
      return;
    }
    WatchHistory.Entry entry = entry(pathAttributes, oldAttributes, before, newState);
    history.add(entry);
    if (!listeners.isEmpty()) {
      entry.to(new AttributeSet()).ifPresent(this::tellListeners);
    }
  }

  private WatchHistory.Entry entry(
      AttributeSet path,
      @Nullable AttributeSet oldAttributes,
      @Nullable String before,
      @Nullable String after) {
    if (after == null && before != null) {
      ObjectNode last = (ObjectNode) read(before);
      long version = requestResourceVersion();
      last.withObject("/metadata").put("resourceVersion", Long.toString(version));
      return new WatchHistory.Entry(version, oldAttributes, null, last.toString(), null);
    }
    AttributeSet attributes = null;
    long version = 0;
    if (after != null) {
      attributes = attributeExtractor.fromResource(after);
      if (!attributes.containsKey(KubernetesAttributesExtractor.PLURAL)) {
        attributes = AttributeSet.merge(path, attributes);
      }
      version = Long.parseLong(version(read(after)));
    }
    return new WatchHistory.Entry(version, oldAttributes, attributes, before, after);
  }

  private void tellListeners(WatchHistory.Told told) {
    var event = new ApiEvent(told.type(), read(told.object()));
    listeners.forEach(listener -> listener.accept(event));
  }

  private static String version(JsonNode object) {
    return object.path("metadata").path("resourceVersion").asText();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored object is not JSON", e);
    }
  }

  private MockResponse watch(RecordedRequest request, ApiPath path) {
    if ("true".equals(path.query().get("sendInitialEvents"))) {
      return Answers.status(
          422, "Invalid", "sendInitialEvents is forbidden for watch: this server has no WatchList");
    }
    long since = path.resourceVersion();
    if (since > 0 && !history.reachesBackTo(since)) {
      return Answers.status(410, "Expired", "too old resource version: " + since);
    }
    AttributeSet selection = attributeExtractor.fromPath(request.getPath());
    return new MockResponse().withWebSocketUpgrade(new Watch(selection, since));
  }

  /** One client's watch. It joins when its socket is open, so nothing is sent into the void. */
  private final class Watch extends WebSocketListener implements WatchHistory.Watcher {
    private final AttributeSet selection;
    private final long since;
    private @Nullable WebSocket socket;

    Watch(AttributeSet selection, long since) {
      this.selection = selection;
      this.since = since;
    }

    @Override
    public AttributeSet selection() {
      return selection;
    }

    @Override
    public void tell(WatchHistory.Told told) {
      if (socket != null) {
        socket.send(told.message());
      }
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      lock.lock();
      try {
        socket = webSocket;
        if (since > 0) {
          history.join(this, since);
        } else {
          history.joinWith(this, selected());
        }
      } finally {
        lock.unlock();
      }
    }

    private List<String> selected() {
      var objects = new ArrayList<String>();
      map.forEach((attributes, object) -> {
        if (attributes.matches(selection)) {
          objects.add(object);
        }
      });
      return objects;
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
      leave();
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable cause, @Nullable Response response) {
      leave();
    }

    private void leave() {
      lock.lock();
      try {
        history.leave(this);
      } finally {
        lock.unlock();
      }
    }
  }
}
