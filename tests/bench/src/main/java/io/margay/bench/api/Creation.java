package io.margay.bench.api;

import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An object to be created.
 *
 * @param body as JSON
 * @param status as a merge patch for its status sub-resource: a create leaves it out
 */
record Creation(Kind kind, ObjectKey key, String body, Optional<String> status) {
  /** One of these members besides its kind and name. */
  static Creation of(
      Kind kind, ObjectKey key, Map<String, Object> metadata, Map<String, Object> members) {
    var meta = new TreeMap<String, Object>(metadata);
    meta.put("name", key.name());
    if (!key.namespace().isEmpty()) {
      meta.put("namespace", key.namespace());
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.word());
    object.put("metadata", meta);
    object.putAll(members);
    return new Creation(kind, key, Json.text(object), Optional.empty());
  }

  /** One with a spec only. */
  static Creation ofSpec(Kind kind, String name, Map<String, Object> spec) {
    return of(kind, ObjectKey.cluster(name), Map.of(), Map.of("spec", spec));
  }

  /** The same with a status. */
  Creation with(Map<String, Object> told) {
    return new Creation(kind, key, body, Optional.of(Json.text(Map.of("status", told))));
  }
}
