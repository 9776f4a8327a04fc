package io.margay.kube.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * The parts of an API server that reading and writing single objects rely on, over HTTP on
 * loopback: resource versions, UID and version preconditions, status sub-resources that take
 * annotations along, strategic merge of conditions, pages. fabric8's CRUD server has none of these
 * right.
 */
public final class FakeApi implements AutoCloseable {
  private final HttpServer server;
  private final TreeMap<String, Map<String, Object>> objects = new TreeMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<UnaryOperator<Optional<Answer>>> faults = new ArrayList<>();
  private long version = 100;
  private int pageLimit = Integer.MAX_VALUE;
  private boolean compacted;

  public record Request(String method, String path, String contentType, String body) {}

  /**
   * What is sent back.
   *
   * @param retryAfter seconds; below 0: none are told
   */
  public record Answer(int code, Map<String, Object> body, int retryAfter) {
    Answer(int code, Map<String, Object> body) {
      this(code, body, -1);
    }
  }

  public FakeApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .build();
  }

  /** An object as somebody else wrote it, at its path. */
  public synchronized void put(String path, String json) {
    Map<String, Object> object = Json.object(json).orElseThrow();
    meta(object).putIfAbsent("uid", "uid-" + path.substring(path.lastIndexOf('/') + 1));
    stamp(object);
    objects.put(path, object);
  }

  public synchronized Optional<Map<String, Object>> at(String path) {
    return Optional.ofNullable(objects.get(path)).map(FakeApi::copy);
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** What the next request that writes gets instead of its answer. */
  public synchronized void answerNext(int code, String message) {
    faults.add(_ -> Optional.of(new Answer(code, status(code, message))));
  }

  /** The next request that writes is too much: again after so many seconds. */
  public synchronized void tooManyNext(int seconds) {
    faults.add(_ -> Optional.of(new Answer(429, status(429, "too many requests"), seconds)));
  }

  /** What somebody else does just before the next request that writes is looked at. */
  public synchronized void beforeNextWrite(Runnable deed) {
    faults.add(_ -> {
      deed.run();
      return Optional.empty();
    });
  }

  /** How many objects a page holds at most, whatever is asked for; a list without limit has all. */
  public synchronized void pageLimit(int limit) {
    pageLimit = limit;
  }

  /** From now on no list is gone on with: the version that its first page was of is forgotten. */
  public synchronized void compact() {
    compacted = true;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    URI uri = exchange.getRequestURI();
    String type =
        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Content-Type"), "");
    requests.add(new Request(exchange.getRequestMethod(), uri.toString(), type, body));
    Answer answer = answer(exchange.getRequestMethod(), uri, type, body);
    byte[] bytes = Json.text(answer.body()).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    if (answer.retryAfter() >= 0) {
      exchange.getResponseHeaders().add("Retry-After", Integer.toString(answer.retryAfter()));
    }
    exchange.sendResponseHeaders(answer.code(), bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private synchronized Answer answer(String method, URI uri, String type, String body) {
    if (!faults.isEmpty() && !method.equals("GET")) {
      Optional<Answer> fault = faults.removeFirst().apply(Optional.empty());
      if (fault.isPresent()) {
        return fault.get();
      }
    }
    String path = uri.getPath();
    boolean status = path.endsWith("/status");
    String object = status ? path.substring(0, path.length() - "/status".length()) : path;
    return switch (method) {
      case "GET" -> get(path, uri);
      case "POST" -> post(path, Json.object(body).orElseThrow());
      case "PUT" -> replace(object, Json.object(body).orElseThrow(), status);
      case "PATCH" -> patch(object, type, Json.object(body).orElseThrow());
      case "DELETE" -> delete(object, Json.object(body).orElseThrow());
      default -> new Answer(405, status(405, method));
    };
  }

  private Answer get(String path, URI uri) {
    Map<String, Object> object = objects.get(path);
    if (object != null) {
      return new Answer(200, copy(object));
    }
    String last = path.substring(path.lastIndexOf('/') + 1);
    boolean collection = Arrays.stream(Kind.values()).anyMatch(k -> k.plural().equals(last));
    if (!collection) {
      return new Answer(404, status(404, "not found"));
    }
    return list(path, query(uri));
  }

  private Answer list(String path, Map<String, String> query) {
    int asked = Integer.parseInt(query.getOrDefault("limit", "0"));
    int limit = asked == 0 ? Integer.MAX_VALUE : Math.min(pageLimit, asked);
    String after = query.getOrDefault("continue", "");
    if (compacted && !after.isEmpty()) {
      return new Answer(410, status(410, "The provided continue parameter is too old"));
    }
    var items = new ArrayList<Map<String, Object>>();
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("resourceVersion", Long.toString(version));
    String last = "";
    for (var e : objects.subMap(path + "/", path + "0").entrySet()) {
      if (e.getKey().compareTo(after) <= 0
          || !selects(query.getOrDefault("labelSelector", ""), e.getValue())) {
        continue;
      }
      if (items.size() == limit) {
        metadata.put("continue", last);
        break;
      }
      items.add(copy(e.getValue()));
      last = e.getKey();
    }
    return new Answer(200, Map.of("metadata", metadata, "items", items));
  }

  private static boolean selects(String selector, Map<String, Object> object) {
    Map<?, ?> labels = meta(object).get("labels") instanceof Map<?, ?> map ? map : Map.of();
    for (String term : selector.isEmpty() ? List.<String>of() : List.of(selector.split(",", -1))) {
      int equal = term.indexOf('=');
      if (!term.substring(equal + 1).equals(labels.get(term.substring(0, equal)))) {
        return false;
      }
    }
    return true;
  }

  private Answer post(String path, Map<String, Object> object) {
    String at = path + "/" + meta(object).get("name");
    if (objects.containsKey(at)) {
      return new Answer(409, status(409, "already exists"));
    }
    meta(object).put("uid", "uid-" + meta(object).get("name"));
    meta(object).put("creationTimestamp", "2026-01-01T00:00:00Z");
    stamp(object);
    objects.put(at, object);
    return new Answer(201, copy(object));
  }

  /** A status write of a Node or Pod takes the metadata along, and never the spec. */
  private Answer replace(String path, Map<String, Object> object, boolean status) {
    Map<String, Object> before = objects.get(path);
    if (before == null) {
      return new Answer(404, status(404, "not found"));
    }
    Optional<Answer> refused = refusal(before, meta(object));
    if (refused.isPresent()) {
      return refused.get();
    }
    var after = copy(object);
    if (status) {
      after.put("spec", before.get("spec"));
    }
    stamp(after);
    objects.put(path, after);
    return new Answer(200, copy(after));
  }

  private Answer patch(String path, String type, Map<String, Object> patch) {
    if (!type.startsWith("application/strategic-merge-patch+json")) {
      return new Answer(415, status(415, type));
    }
    Map<String, Object> before = objects.get(path);
    if (before == null) {
      return new Answer(404, status(404, "not found"));
    }
    Object uid = meta(patch).getOrDefault("uid", meta(before).get("uid"));
    if (!uid.equals(meta(before).get("uid"))) {
      return new Answer(422, immutable("metadata.uid"));
    }
    Optional<Answer> refused = refusal(before, meta(patch));
    if (refused.isPresent()) {
      return refused.get();
    }
    Map<String, Object> after = merge(copy(before), patch);
    stamp(after);
    objects.put(path, after);
    return new Answer(200, copy(after));
  }

  private Answer delete(String path, Map<String, Object> options) {
    Map<String, Object> before = objects.get(path);
    if (before == null) {
      return new Answer(404, status(404, "not found"));
    }
    Map<String, Object> wanted =
        options.get("preconditions") instanceof Map<?, ?> map ? strings(map) : Map.of();
    Optional<Answer> refused = refusal(before, wanted);
    if (refused.isPresent()) {
      return refused.get();
    }
    objects.remove(path);
    return new Answer(200, status(200, "deleted"));
  }

  private static Optional<Answer> refusal(Map<String, Object> before, Map<String, Object> wanted) {
    for (String field : List.of("uid", "resourceVersion")) {
      Object value = wanted.get(field);
      if (value != null && !value.equals(meta(before).get(field))) {
        return Optional.of(new Answer(409, status(409, "precondition failed: " + field)));
      }
    }
    return Optional.empty();
  }

  /** Objects by member, lists of conditions by type, everything else replaced; null takes away. */
  private static Map<String, Object> merge(Map<String, Object> object, Map<String, Object> patch) {
    patch.forEach((name, value) -> {
      if (value == null) {
        object.remove(name);
      } else if (value instanceof Map<?, ?> members) {
        Map<String, Object> into =
            object.get(name) instanceof Map<?, ?> m ? strings(m) : new LinkedHashMap<>();
        object.put(name, merge(into, strings(members)));
      } else if (name.equals("conditions") && value instanceof List<?> conditions) {
        object.put(name, mergeByType(object.get(name), conditions));
      } else {
        object.put(name, value);
      }
    });
    return object;
  }

  private static List<Object> mergeByType(Object before, List<?> patch) {
    var byType = new LinkedHashMap<Object, Object>();
    for (Object condition : before instanceof List<?> list ? list : List.of()) {
      byType.put(((Map<?, ?>) condition).get("type"), condition);
    }
    for (Object condition : patch) {
      byType.put(((Map<?, ?>) condition).get("type"), condition);
    }
    return List.copyOf(byType.values());
  }

  private void stamp(Map<String, Object> object) {
    meta(object).put("resourceVersion", Long.toString(++version));
  }

  private static Map<String, String> query(URI uri) {
    var query = new TreeMap<String, String>();
    for (String pair :
        uri.getRawQuery() == null ? new String[0] : uri.getRawQuery().split("&", -1)) {
      int equal = pair.indexOf('=');
      query.put(
          pair.substring(0, equal),
          URLDecoder.decode(pair.substring(equal + 1), StandardCharsets.UTF_8));
    }
    return query;
  }

  private static Map<String, Object> status(int code, String message) {
    return Map.of("kind", "Status", "apiVersion", "v1", "code", code, "message", message);
  }

  /** As kube-apiserver 1.35 says it. */
  private static Map<String, Object> immutable(String field) {
    var status = new LinkedHashMap<String, Object>(status(422, field + ": field is immutable"));
    status.put("reason", "Invalid");
    status.put(
        "details",
        Map.of("causes", List.of(Map.of("reason", "FieldValueInvalid", "field", field))));
    return status;
  }

  @SuppressWarnings("unchecked") // JSON objects have texts for names
  private static Map<String, Object> meta(Map<String, Object> object) {
    return (Map<String, Object>) object.computeIfAbsent("metadata", _ -> new LinkedHashMap<>());
  }

  private static Map<String, Object> strings(Map<?, ?> map) {
    var members = new LinkedHashMap<String, Object>();
    map.forEach((key, value) -> members.put(String.valueOf(key), value));
    return members;
  }

  private static Map<String, Object> copy(Map<String, Object> object) {
    return Json.object(Json.text(object)).orElseThrow();
  }
}
