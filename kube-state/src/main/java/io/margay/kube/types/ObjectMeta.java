package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.HashMap;
import java.util.Map;

/**
 * What is used of an object's metadata. Labels and annotations are Calico's view of them: see
 * {@link CalicoMetadata}.
 *
 * @param deleting a deletion was asked for and waits for finalizers
 */
public record ObjectMeta(
    ObjectKey key,
    String uid,
    String resourceVersion,
    Map<String, String> labels,
    Map<String, String> annotations,
    boolean deleting) {

  static ObjectMeta read(Tree root) {
    Tree meta = root.at("metadata");
    Map<String, String> annotations = new HashMap<>(meta.at("annotations").texts());
    Map<String, String> labels = new HashMap<>(meta.at("labels").texts());
    CalicoMetadata.overlay(meta, labels, annotations);
    return new ObjectMeta(
        new ObjectKey(meta.at("namespace").text(""), meta.at("name").requiredText()),
        meta.at("uid").text(""),
        meta.at("resourceVersion").text(""),
        labels,
        annotations,
        meta.at("deletionTimestamp").isPresent());
  }

  public String name() {
    return key.name();
  }

  public String namespace() {
    return key.namespace();
  }
}
