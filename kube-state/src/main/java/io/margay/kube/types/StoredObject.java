package io.margay.kube.types;

import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import java.util.Map;

/** One object as the API server gave it, ready to be read. */
public final class StoredObject {
  private final Kind kind;
  private final Tree root;
  private final ObjectMeta meta;
  private final Interner interner;

  private StoredObject(Kind kind, Tree root, ObjectMeta meta, Interner interner) {
    this.kind = kind;
    this.root = root;
    this.meta = meta;
    this.interner = interner;
  }

  /** The object; what is wrong with it goes to {@code problems}. */
  public static StoredObject of(
      Kind kind, Map<String, Object> object, Problems problems, Interner interner) {
    Tree root = Tree.of(kind.name(keyOf(object)), object, problems);
    return new StoredObject(kind, root, ObjectMeta.read(root), interner);
  }

  /** The key that the metadata tells; with empty names where it tells none. */
  public static ObjectKey keyOf(Map<String, Object> object) {
    Map<?, ?> meta = object.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
    return new ObjectKey(
        meta.get("namespace") instanceof String namespace ? namespace : "",
        meta.get("name") instanceof String name ? name : "");
  }

  public Kind kind() {
    return kind;
  }

  public ObjectMeta meta() {
    return meta;
  }

  public Tree spec() {
    return root.at("spec");
  }

  public Tree status() {
    return root.at("status");
  }

  Interner interner() {
    return interner;
  }

  /** An annotation with its path; missing when the object has none of this name. */
  Tree annotation(String name) {
    Tree place = root.at("metadata", "annotations", name);
    return place.with(meta.annotations().get(name));
  }
}
