package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as Calico stores it: the object's own metadata keeps what Kubernetes needs, all of it as
 * Calico sees it is JSON in one annotation. An object without that annotation was written by
 * kubectl and is read as it stands.
 */
public final class CalicoMetadata {
  /** The annotation that holds a Calico object's metadata as JSON. */
  public static final String WRAPPED = "projectcalico.org/metadata";

  /** The annotation of a Node that holds the labels which only Calico sees. */
  public static final String NODE_LABELS = "projectcalico.org/labels";

  private CalicoMetadata() {}

  /** Puts the wrapped labels and annotations over the real ones. */
  static void overlay(Tree meta, Map<String, String> labels, Map<String, String> annotations) {
    String wrapped = annotations.remove(WRAPPED);
    if (wrapped != null) {
      Tree tree = wrapped(meta.at("annotations", WRAPPED), wrapped);
      labels.putAll(tree.at("labels").texts());
      annotations.putAll(tree.at("annotations").texts());
    }
    String nodeLabels = annotations.remove(NODE_LABELS);
    if (nodeLabels != null) {
      // A Node's Kubernetes label wins over Calico's own of the same name.
      wrapped(meta.at("annotations", NODE_LABELS), nodeLabels).texts().forEach(labels::putIfAbsent);
    }
  }

  private static Tree wrapped(Tree annotation, String text) {
    var parsed = Json.object(text);
    if (parsed.isEmpty()) {
      annotation.problem("a JSON object");
    }
    return annotation.with(parsed.orElse(null));
  }

  /**
   * The metadata of a new Calico object. Labels stand both on the object, so that the server can
   * select by them, and in the wrapped form, where Calico looks; they have to contain {@code
   * projectcalico.org/}, others Calico would take off the object.
   */
  public static Map<String, Object> stored(String name, Map<String, String> labels) {
    var meta = new LinkedHashMap<String, Object>();
    meta.put("name", name);
    label(meta, labels);
    return meta;
  }

  /** Puts labels over those of an object's metadata, in both places; makes the wrapped one new. */
  public static void label(Map<String, Object> meta, Map<String, String> labels) {
    Map<String, Object> annotations = members(meta.get("annotations"));
    Map<String, Object> wrapped =
        annotations.get(WRAPPED) instanceof String text
            ? Json.object(text).orElseGet(CalicoMetadata::newWrapped)
            : newWrapped();
    if (!labels.isEmpty()) {
      meta.put("labels", over(meta.get("labels"), labels));
      wrapped.put("labels", over(wrapped.get("labels"), labels));
    }
    annotations.put(WRAPPED, Json.text(wrapped));
    meta.put("annotations", annotations);
  }

  private static Map<String, Object> newWrapped() {
    var wrapped = new LinkedHashMap<String, Object>();
    wrapped.put("creationTimestamp", null); // as Go's encoder writes the time that is not set
    return wrapped;
  }

  private static Map<String, Object> over(@Nullable Object before, Map<String, String> labels) {
    var both = new TreeMap<String, Object>(members(before));
    both.putAll(labels);
    return both;
  }

  private static Map<String, Object> members(@Nullable Object object) {
    var members = new LinkedHashMap<String, Object>();
    if (object instanceof Map<?, ?> map) {
      map.forEach((key, value) -> members.put(String.valueOf(key), value));
    }
    return members;
  }
}
