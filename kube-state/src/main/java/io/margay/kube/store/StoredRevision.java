package io.margay.kube.store;

import io.margay.ipam.store.Revision;
import io.margay.kube.types.CalicoMetadata;
import io.margay.kube.types.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a {@link Revision} says: which version of which object, and the object as the server had it,
 * so that a write changes what we know and keeps what we do not.
 */
record StoredRevision(Map<String, Object> object) {
  /** Members of the metadata that the server alone writes. */
  private static final List<String> SERVERS_OWN =
      List.of("managedFields", "creationTimestamp", "generation", "selfLink");

  static Revision of(Map<String, Object> object) {
    var kept = new LinkedHashMap<String, Object>(object);
    var meta = members(object, "metadata");
    meta.keySet().removeAll(SERVERS_OWN);
    kept.put("metadata", meta);
    return new Revision(Json.text(kept));
  }

  /** The resourceVersion of an object; empty when it has none. */
  static String versionOf(Map<String, Object> object) {
    return new StoredRevision(object).resourceVersion();
  }

  static StoredRevision parse(Revision revision) {
    return new StoredRevision(
        Json.object(revision.text())
            .orElseThrow(
                () -> new IllegalArgumentException("not a revision of this store: " + revision)));
  }

  String uid() {
    return text("uid");
  }

  String resourceVersion() {
    return text("resourceVersion");
  }

  /**
   * The object with another spec; members that are not {@code modelled} stay as they are.
   *
   * @param labels put over those that are there
   */
  Map<String, Object> with(
      Map<String, Object> spec, Set<String> modelled, Map<String, String> labels) {
    var merged = members(object, "spec");
    merged.keySet().removeIf(name -> modelled.contains(name) && !spec.containsKey(name));
    merged.putAll(spec);
    var meta = members(object, "metadata");
    if (!labels.isEmpty()) {
      CalicoMetadata.label(meta, labels);
    }
    var whole = new LinkedHashMap<String, Object>(object);
    whole.put("metadata", meta);
    whole.put("spec", merged);
    return whole;
  }

  boolean hasLabels(Map<String, String> labels) {
    return members(members(object, "metadata"), "labels").entrySet().containsAll(labels.entrySet());
  }

  private String text(String name) {
    return members(object, "metadata").get(name) instanceof String text ? text : "";
  }

  private static Map<String, Object> members(Map<String, Object> object, String name) {
    var members = new LinkedHashMap<String, Object>();
    if (object.get(name) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> members.put(String.valueOf(key), value));
    }
    return members;
  }
}
