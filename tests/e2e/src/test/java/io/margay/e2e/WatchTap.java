package io.margay.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.Kind;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a watch is told, in order. */
final class WatchTap implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final Watch watch;

  private WatchTap(KubeApi api, Kind kind, ListOptions options) {
    var context =
        new ResourceDefinitionContext.Builder()
            .withGroup(kind.group())
            .withVersion(kind.version())
            .withKind(kind.word())
            .withPlural(kind.plural())
            .withNamespaced(kind.isNamespaced())
            .build();
    watch = api.client().genericKubernetesResources(context).watch(options, new Listener());
  }

  /** Watches all of a kind that comes after a version. */
  static WatchTap after(KubeApi api, Kind kind, String version) {
    var options = new ListOptions();
    options.setResourceVersion(version);
    return new WatchTap(api, kind, options);
  }

  /** Asks for what there is, as a stream, and for a bookmark behind it. */
  static WatchTap streaming(KubeApi api, Kind kind) {
    var options = new ListOptions();
    options.setSendInitialEvents(true);
    options.setAllowWatchBookmarks(true);
    options.setResourceVersionMatch("NotOlderThan");
    return new WatchTap(api, kind, options);
  }

  /** The next thing told: {@code ADDED name}; bookmarks that nobody asked for are left out. */
  String next() throws InterruptedException {
    String next = told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return next == null ? "nothing in " + PATIENCE_SECONDS + " s" : next;
  }

  @Override
  public void close() {
    watch.close();
  }

  private final class Listener implements Watcher<GenericKubernetesResource> {
    @Override
    public void eventReceived(Action action, GenericKubernetesResource object) {
      if (action == Action.BOOKMARK) {
        var annotations = object.getMetadata().getAnnotations();
        if (annotations != null && annotations.containsKey("k8s.io/initial-events-end")) {
          told.add("BOOKMARK");
        }
      } else {
        told.add(action + " " + object.getMetadata().getName());
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      told.add(cause.isHttpGone() ? "GONE" : "CLOSED " + cause.getMessage());
    }
  }
}
