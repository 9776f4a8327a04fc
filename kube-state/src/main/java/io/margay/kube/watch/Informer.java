package io.margay.kube.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.Kind;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The watch over one kind. After {@link #silence} it tells nothing more, and another one may go on
 * with what its store has kept.
 */
final class Informer {
  private static final long PAGE = 500;

  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final Gate gate;

  /**
   * An informer that is not started.
   *
   * @param failed hears why a list or a watch ended
   */
  Informer(KubeApi api, Kind kind, KeyStore store, Consumer<Throwable> failed) {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(kind.version())
            .withKind(kind.word())
            .withPlural(kind.plural())
            .withNamespaced(kind.isNamespaced())
            .build();
    this.gate = new Gate(store);
    this.informer =
        api.client()
            .genericKubernetesResources(context)
            .inAnyNamespace()
            .withLimit(PAGE)
            .runnableInformer(0)
            .removeNamespaceIndex()
            .itemStore(gate)
            .exceptionHandler((started, cause) -> {
              if (!gate.isShut()) {
                failed.accept(cause);
              }
              return true;
            });
  }

  /** Begins; {@code synced} is told once all objects were read. */
  void start(Runnable synced) {
    informer
        .start()
        .whenComplete((done, failure) -> {
          if (failure == null && !gate.isShut()) {
            synced.run();
          }
        });
  }

  boolean isWatching() {
    return isWatching(informer::isWatching);
  }

  /**
   * Whether a watch runs. fabric8 7.6.1 throws a NullPointerException while one is being started:
   * it says that it watches before it has what it looks at then (BurstTest).
   */
  static boolean isWatching(BooleanSupplier informer) {
    try {
      return informer.getAsBoolean();
    } catch (NullPointerException e) {
      return false;
    }
  }

  /** Drops what is still on its way, at once. */
  void silence() {
    gate.shut();
  }

  /** Ends it; may wait for its connection. */
  void stop() {
    silence();
    informer.stop();
  }
}
