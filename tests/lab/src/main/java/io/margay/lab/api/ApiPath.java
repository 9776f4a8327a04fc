package io.margay.lab.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a request goes: {@code /apis/apps/v1/namespaces/shop/deployments/web/status?watch=true}.
 *
 * @param group empty for the core group
 * @param namespace absent for cluster objects and for lists over all namespaces
 */
record ApiPath(
    String group,
    String version,
    Optional<String> namespace,
    String plural,
    Optional<String> name,
    Optional<String> subresource,
    Map<String, String> query) {

  /** Reads it; empty when it does not go to objects of a kind. */
  static Optional<ApiPath> parse(String path) {
    int question = path.indexOf('?');
    String bare = question < 0 ? path : path.substring(0, question);
    Map<String, String> query = question < 0 ? Map.of() : query(path.substring(question + 1));
    List<String> parts = List.of(bare.replaceFirst("^/", "").split("/", -1));
    boolean core = parts.getFirst().equals("api");
    int at = core ? 2 : 3;
    if ((!core && !parts.getFirst().equals("apis")) || parts.size() <= at) {
      return Optional.empty();
    }
    Optional<String> namespace = Optional.empty();
    if (parts.get(at).equals("namespaces")
        && parts.size() > at + 2
        && !isNamespacePart(parts, at)) {
      namespace = Optional.of(parts.get(at + 1));
      at += 2;
    }
    return Optional.of(
        new ApiPath(
            core ? "" : parts.get(1),
            parts.get(core ? 1 : 2),
            namespace,
            parts.get(at),
            part(parts, at + 1),
            part(parts, at + 2),
            query));
  }

  /** {@code namespaces/shop/status} is about the namespace itself. */
  private static boolean isNamespacePart(List<String> parts, int at) {
    String third = parts.get(at + 2);
    return parts.size() == at + 3 && (third.equals("status") || third.equals("finalize"));
  }

  private static Optional<String> part(List<String> parts, int index) {
    return index < parts.size() && !parts.get(index).isEmpty()
        ? Optional.of(parts.get(index))
        : Optional.empty();
  }

  private static Map<String, String> query(String text) {
    var query = new LinkedHashMap<String, String>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      query.put(decode(key), decode(value));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  boolean isWatch() {
    return "true".equals(query.get("watch")) || "1".equals(query.get("watch"));
  }

  /** The version to watch from; 0 when the client does not say: from the state of now. */
  long resourceVersion() {
    String text = query.getOrDefault("resourceVersion", "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  boolean isStatus() {
    return subresource.filter("status"::equals).isPresent();
  }

  /** Core objects of this plural. */
  boolean isCore(String coreKind) {
    return group.isEmpty() && plural.equals(coreKind);
  }
}
