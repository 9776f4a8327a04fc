package io.margay.kube.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer keeps: names and versions, enough to tell after a new list what has gone. The
 * objects pass through to the mailbox, in the order in which the informer learns of them; a list is
 * stored before the informer says that it has started. Called under the informer's lock.
 */
final class KeyStore implements ItemStore<GenericKubernetesResource> {
  private final Kind kind;
  private final Mailbox mailbox;
  private final Map<ObjectKey, String> versions = new ConcurrentHashMap<>();

  KeyStore(Kind kind, Mailbox mailbox) {
    this.kind = kind;
    this.mailbox = mailbox;
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    ObjectKey key = key(object.getMetadata());
    return key.namespace() + "/" + key.name();
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    ObjectKey name = key(object.getMetadata());
    String version = text(object.getMetadata().getResourceVersion());
    String before = versions.put(name, version);
    if (!version.equals(before) || version.isEmpty()) {
      mailbox.seen(kind, name, tree(object));
    }
    return before == null ? null : stub(name, before);
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    ObjectKey name = name(key);
    String before = versions.remove(name);
    if (before == null) {
      return null;
    }
    mailbox.gone(kind, name);
    return stub(name, before);
  }

  @Override
  public Stream<String> keySet() {
    return versions.keySet().stream().map(key -> key.namespace() + "/" + key.name());
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return versions.entrySet().stream().map(e -> stub(e.getKey(), e.getValue()));
  }

  @Override
  public int size() {
    return versions.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    ObjectKey name = name(key);
    String version = versions.get(name);
    return version == null ? null : stub(name, version);
  }

  /** Objects of a first list must not wait for its last page: they are not here to be asked for. */
  @Override
  public boolean isFullState() {
    return false;
  }

  private static ObjectKey name(String key) {
    int slash = key.indexOf('/');
    return new ObjectKey(key.substring(0, slash), key.substring(slash + 1));
  }

  private static ObjectKey key(@Nullable ObjectMeta meta) {
    return meta == null
        ? new ObjectKey("", "")
        : new ObjectKey(text(meta.getNamespace()), text(meta.getName()));
  }

  private static GenericKubernetesResource stub(ObjectKey key, String version) {
    var stub = new GenericKubernetesResource();
    stub.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(key.namespace())
            .withName(key.name())
            .withResourceVersion(version)
            .build());
    return stub;
  }

  /** The object as parsed JSON, with the metadata that is used. */
  private static Map<String, Object> tree(GenericKubernetesResource object) {
    var tree = new LinkedHashMap<String, Object>(object.getAdditionalProperties());
    ObjectMeta meta = object.getMetadata();
    var members = new LinkedHashMap<String, @Nullable Object>();
    members.put("namespace", meta.getNamespace());
    members.put("name", meta.getName());
    members.put("uid", meta.getUid());
    members.put("resourceVersion", meta.getResourceVersion());
    members.put("deletionTimestamp", meta.getDeletionTimestamp());
    members.put("labels", meta.getLabels());
    members.put("annotations", meta.getAnnotations());
    tree.put("metadata", members);
    return tree;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
