package io.margay.kube.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.margay.kube.client.FailureText;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.Kind;
import io.margay.kube.types.SecretState;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Single Secrets of one namespace, for as long as somebody wants them: a watch each, so that the
 * role may name them. Any thread may call. Needs rights that Calico's role does not give; without
 * them a Secret stays unread, with the server's words.
 */
public final class SecretWatch implements AutoCloseable {
  private final KubeApi api;
  private final String namespace;
  private final Runnable changed;
  private final Map<String, Watched> watches = new HashMap<>();

  private record Watched(
      SharedIndexInformer<GenericKubernetesResource> informer, SecretState state) {}

  /**
   * Watches nothing yet.
   *
   * @param changed called when {@link #states} says something else; on a thread of the client
   */
  public SecretWatch(KubeApi api, String namespace, Runnable changed) {
    this.api = api;
    this.namespace = namespace;
    this.changed = changed;
    api.onRenew(this::again);
  }

  /** Watches these from now on, and no others. */
  public void want(Set<String> names) {
    var ended = new ArrayList<SharedIndexInformer<GenericKubernetesResource>>();
    var begun = new HashMap<String, SharedIndexInformer<GenericKubernetesResource>>();
    synchronized (watches) {
      watches.forEach((name, watch) -> {
        if (!names.contains(name)) {
          ended.add(watch.informer());
        }
      });
      watches.keySet().retainAll(names);
      for (String name : names) {
        if (!watches.containsKey(name)) {
          var informer = informer(name);
          watches.put(name, new Watched(informer, new SecretState.Unread(Optional.empty())));
          begun.put(name, informer);
        }
      }
    }
    ended.forEach(SharedIndexInformer::stop);
    begun.forEach(this::start);
  }

  /** The same watches over the API's new connections; what was read stays. */
  private void again() {
    var ended = new ArrayList<SharedIndexInformer<GenericKubernetesResource>>();
    var begun = new HashMap<String, SharedIndexInformer<GenericKubernetesResource>>();
    synchronized (watches) {
      watches.replaceAll((name, watch) -> {
        var informer = informer(name);
        ended.add(watch.informer());
        begun.put(name, informer);
        return new Watched(informer, watch.state());
      });
    }
    begun.forEach(this::start);
    // Not waited for: nobody answers on the old connections.
    Thread.ofVirtual().name("secret-renew").start(() -> ended.forEach(SharedIndexInformer::stop));
  }

  /** What is known of each that is wanted. */
  public Map<String, SecretState> states() {
    var states = new HashMap<String, SecretState>();
    synchronized (watches) {
      watches.forEach((name, watch) -> states.put(name, watch.state()));
    }
    return states;
  }

  @Override
  public void close() {
    want(Set.of());
  }

  private SharedIndexInformer<GenericKubernetesResource> informer(String name) {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(Kind.SECRET.group())
            .withVersion(Kind.SECRET.version())
            .withKind(Kind.SECRET.word())
            .withPlural(Kind.SECRET.plural())
            .withNamespaced(true)
            .build();
    return api.client()
        .genericKubernetesResources(context)
        .inNamespace(namespace)
        .withName(name)
        .runnableInformer(0)
        .exceptionHandler((started, cause) -> {
          failed(name, FailureText.of(cause));
          return true;
        });
  }

  private void start(String name, SharedIndexInformer<GenericKubernetesResource> informer) {
    informer
        .addEventHandler(new Handler(name))
        .start()
        .whenComplete((_, failure) -> {
          // Handlers run on a thread of their own: what was listed may not have reached one yet.
          if (failure == null && informer.getStore().list().isEmpty()) {
            listedNothing(name);
          }
        });
  }

  private final class Handler implements ResourceEventHandler<GenericKubernetesResource> {
    private final String name;

    Handler(String name) {
      this.name = name;
    }

    @Override
    public void onAdd(GenericKubernetesResource secret) {
      become(name, new SecretState.Present(values(secret), false));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource secret) {
      onAdd(secret);
    }

    @Override
    public void onDelete(GenericKubernetesResource last, boolean unknown) {
      become(name, new SecretState.Present(values(last), true));
    }
  }

  private void listedNothing(String name) {
    switch (states().get(name)) {
      case SecretState.Unread _ -> become(name, new SecretState.Absent());
      case SecretState.Present(Map<String, String> values, boolean _) ->
          become(name, new SecretState.Present(values, true));
      case SecretState.Absent _ -> {}
      case null -> {}
    }
  }

  /** What was read before stays: only what was never read waits. */
  private void failed(String name, String why) {
    if (states().get(name) instanceof SecretState.Unread) {
      become(name, new SecretState.Unread(Optional.of(why)));
    }
  }

  private void become(String name, SecretState state) {
    boolean news;
    synchronized (watches) {
      Watched before = watches.get(name);
      news = before != null && !before.state().equals(state);
      if (before != null) {
        watches.put(name, new Watched(before.informer(), state));
      }
    }
    if (news) {
      changed.run();
    }
  }

  private static Map<String, String> values(GenericKubernetesResource secret) {
    var values = new HashMap<String, String>();
    if (secret.getAdditionalProperties().get("data") instanceof Map<?, ?> data) {
      data.forEach((key, value) ->
          decoded(String.valueOf(value)).ifPresent(text -> values.put(key.toString(), text)));
    }
    return values;
  }

  private static Optional<String> decoded(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
