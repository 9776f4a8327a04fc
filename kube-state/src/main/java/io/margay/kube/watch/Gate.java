package io.margay.kube.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One informer's way to what is kept of a kind. Once it is shut, nothing comes through: what a
 * connection that was given up still delivers would be older than what is known.
 */
final class Gate implements ItemStore<GenericKubernetesResource> {
  private final KeyStore store;
  private boolean shut;

  Gate(KeyStore store) {
    this.store = store;
  }

  /** Returns when nothing is on its way through any more. */
  synchronized void shut() {
    shut = true;
  }

  synchronized boolean isShut() {
    return shut;
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    return store.getKey(object);
  }

  @Override
  public synchronized @Nullable GenericKubernetesResource put(
      String key, GenericKubernetesResource object) {
    return shut ? store.get(key) : store.put(key, object);
  }

  @Override
  public synchronized @Nullable GenericKubernetesResource remove(String key) {
    return shut ? null : store.remove(key);
  }

  @Override
  public Stream<String> keySet() {
    return store.keySet();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return store.values();
  }

  @Override
  public int size() {
    return store.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return store.get(key);
  }

  @Override
  public boolean isFullState() {
    return store.isFullState();
  }
}
