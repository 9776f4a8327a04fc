package io.margay.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.cluster.ControlPlane;
import io.margay.lab.api.ClusterServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The cluster's objects, for the lab's own parts. Any thread may call. */
public final class ApiServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_BODY = "application/json";
  private static final String PATCH_BODY = "application/strategic-merge-patch+json";
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  /** How often others may be faster with the same object. */
  private static final int TRIES = 10;

  private final ClusterServer server;

  public ApiServer(ClusterServer server) {
    this.server = server;
  }

  /** What runs behind it, to be killed and paused; empty when it is no process of its own. */
  public Optional<ControlPlane> plane() {
    return server.plane();
  }

  /** The text of a kubeconfig file for the agents. */
  public String kubeconfig() {
    return server.kubeconfig();
  }

  /** Tells every write of a Pod from now on, in order, on one thread: be quick. */
  public void onPodEvent(Consumer<ApiEvent> listener) {
    server.onPodEvent(listener);
  }

  /** Creates the object, or gives an existing one this content. Status is left as it is. */
  public JsonNode apply(ResourceKind kind, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String collection = kind.collection(metadata.path("namespace").asText());
    String path = collection + "/" + metadata.path("name").asText();
    Answer answer = applyOnce(kind, object, collection, path);
    for (int i = 1; i < TRIES && answer.code() == CONFLICT; i++) {
      answer = applyOnce(kind, object, collection, path);
    }
    return orThrow(answer, path);
  }

  private Answer applyOnce(ResourceKind kind, ObjectNode object, String collection, String path) {
    ObjectNode sent = object.deepCopy();
    sent.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    Optional<JsonNode> existing = get(path);
    if (existing.isEmpty()) {
      return call("POST", collection, sent, JSON_BODY);
    }
    sent.withObject("/metadata")
        .put("resourceVersion", existing.get().path("metadata").path("resourceVersion").asText());
    return call("PUT", path, sent, JSON_BODY);
  }

  /** Creates the object and then gives it its status, which a create leaves out. */
  public void applyWithStatus(ResourceKind kind, ObjectNode object) {
    apply(kind, object);
    JsonNode metadata = object.path("metadata");
    String path =
        kind.collection(metadata.path("namespace").asText()) + "/" + metadata.path("name").asText();
    ObjectNode change = JSON.createObjectNode();
    change.set("status", object.path("status"));
    mergeStatus(path, change);
  }

  /** Merges this into an object through its status, as a kubelet does. */
  public JsonNode mergeStatus(String path, ObjectNode change) {
    return orThrow(call("PATCH", path + "/status", change, PATCH_BODY), path);
  }

  public Optional<JsonNode> get(String path) {
    Answer answer = server.call("GET", path, Optional.empty(), JSON_BODY);
    return answer.code() == NOT_FOUND ? Optional.empty() : Optional.of(orThrow(answer, path));
  }

  /** All objects of a kind, of all namespaces. */
  public List<JsonNode> list(ResourceKind kind) {
    Answer answer = server.call("GET", kind.everywhere(), Optional.empty(), JSON_BODY);
    var items = new ArrayList<JsonNode>();
    orThrow(answer, kind.everywhere()).path("items").forEach(items::add);
    return items;
  }

  /** Deletes an object; one that is not there is no error. */
  public void delete(String path, int graceSeconds) {
    ObjectNode options = JSON.createObjectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.put("gracePeriodSeconds", graceSeconds);
    Answer answer = call("DELETE", path, options, JSON_BODY);
    if (answer.code() != NOT_FOUND) {
      orThrow(answer, path);
    }
  }

  private Answer call(String method, String path, JsonNode body, String contentType) {
    return server.call(method, path, Optional.of(body), contentType);
  }

  private static JsonNode orThrow(Answer answer, String path) {
    if (answer.code() >= 300) {
      throw new IllegalStateException(path + ": " + answer.code() + " " + answer.body());
    }
    try {
      return JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(path + ": the answer is not JSON: " + answer.body(), e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
