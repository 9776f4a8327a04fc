package io.margay.kube.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.margay.foundation.log.EventLog;
import io.margay.kube.client.ApiException;
import io.margay.kube.client.FailureText;
import io.margay.kube.client.KubeApi;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ImageBuilder;
import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Keeps the image of the cluster. One informer a kind; one thread, named {@code image}, that builds
 * and publishes. A server that is away, at start or later, is asked again and again with a
 * back-off; the image stays as it is meanwhile.
 */
public final class ClusterWatch implements AutoCloseable {
  private static final EventLog LOG = EventLog.of(ClusterWatch.class);

  /** How long a burst may gather before it is built into an image. */
  private static final Duration SETTLE = Duration.ofMillis(5);

  /** How often the watches are looked after when nothing happens. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private record Failure(Kind kind, int code, String error) {}

  private final KubeApi api;
  private final ImageListener listener;
  private final WarmStart warm;
  private final Mailbox mailbox = new Mailbox();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Queue<Boolean> pulses = new ConcurrentLinkedQueue<>();
  private final Map<Kind, KeyStore> stores = new EnumMap<>(Kind.class);
  private final Map<Kind, Informer> informers = new EnumMap<>(Kind.class);
  private final Thread thread = Thread.ofPlatform().name("image").daemon().unstarted(this::run);

  // Owned by the image thread.
  private final ImageBuilder builder = new ImageBuilder();
  private final WatchHealth health = new WatchHealth();
  private final Pulse pulse;
  private SyncState published = SyncState.NONE;

  /** What the listener has not been told yet of the image that is built. */
  private ClusterDelta untold = ClusterDelta.NONE;

  private ClusterWatch(KubeApi api, WarmStart warm, Pulse.Rhythm rhythm, ImageListener listener) {
    this.api = api;
    this.warm = warm;
    this.pulse = new Pulse(rhythm, System.nanoTime());
    this.listener = listener;
  }

  /**
   * Begins to watch; returns at once.
   *
   * @param warm closed with the watch
   */
  public static ClusterWatch start(KubeApi api, WarmStart warm, ImageListener listener) {
    return start(api, warm, Pulse.Rhythm.DEFAULT, listener);
  }

  /** The same with a pulse of another rhythm. */
  public static ClusterWatch start(
      KubeApi api, WarmStart warm, Pulse.Rhythm rhythm, ImageListener listener) {
    var watch = new ClusterWatch(api, warm, rhythm, listener);
    for (Kind kind : Kind.watched()) {
      watch.stores.put(kind, new KeyStore(kind, watch.mailbox));
    }
    watch.startInformers();
    watch.thread.start();
    return watch;
  }

  /** Ends the watches; the listener is not called any more once this returns. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    informers.values().forEach(Informer::stop);
    warm.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void startInformers() {
    stores.forEach((kind, store) ->
        informers.put(
            kind,
            new Informer(
                api,
                kind,
                store,
                cause -> failures.add(new Failure(kind, code(cause), FailureText.of(cause))))));
    informers.forEach((kind, informer) -> informer.start(() -> mailbox.synced(kind)));
  }

  private void run() {
    try {
      while (true) {
        List<ImageEvent> events = mailbox.take(TICK);
        if (!events.isEmpty()) {
          Thread.sleep(SETTLE);
          events = concat(events, mailbox.take(Duration.ZERO));
        }
        publishGuarded(events, System.nanoTime());
      }
    } catch (InterruptedException e) {
      LOG.debug("kube.watch.closed");
    }
  }

  /** Whatever comes from the server, the thread goes on: without it the image would stand still. */
  private void publishGuarded(List<ImageEvent> told, long now) {
    try {
      publish(told, now);
    } catch (RuntimeException e) {
      LOG.error("kube.image.failed", e, "events", told.size());
    }
  }

  private void publish(List<ImageEvent> told, long now) {
    ImageBuilder.Built built = build(builder, withMemory(told, now));
    untold = untold.then(built.delta());
    for (ImageBuilder.Refused refused : built.refused()) {
      LOG.warn("kube.object.refused", "why", refused);
    }
    feelPulse(now);
    lookAfterWatches(now);
    SyncState sync = sync(built, now);
    if (untold.isEmpty() && sync.equals(published)) {
      return;
    }
    tellSynced(sync, built);
    published = sync;
    ClusterDelta delta = untold;
    untold = ClusterDelta.NONE;
    try {
      listener.onImage(built.image(), delta, sync);
    } catch (RuntimeException e) {
      LOG.error("kube.image.listener", e, "version", built.image().version());
    }
  }

  /** One burst; an event that brings out a fault of ours is left out, and the others count. */
  static ImageBuilder.Built build(ImageBuilder builder, List<ImageEvent> events) {
    try {
      return builder.apply(events);
    } catch (RuntimeException e) {
      LOG.error("kube.image.failed", e, "events", events.size(), "next", "one by one");
    }
    // Half of the burst may be in the builder; an event that is told twice changes nothing.
    ImageBuilder.Built all = builder.apply(List.of());
    for (ImageEvent event : events) {
      try {
        all = all.then(builder.apply(List.of(event)));
      } catch (RuntimeException e) {
        LOG.error("kube.event.failed", e, "event", event.about());
      }
    }
    return all;
  }

  /** What was told, and after it what the disk remembers, once, if it is time for that. */
  private List<ImageEvent> withMemory(List<ImageEvent> told, long now) {
    return warm.due(published.isSynced(), now)
        .map(image -> concat(told, List.of(new ImageEvent.Remembered(image))))
        .orElse(told);
  }

  private SyncState sync(ImageBuilder.Built built, long now) {
    var watched =
        new SyncState(builder.synced(), health.stale(now), health.missing(), Optional.empty());
    warm.published(built.image(), watched.isSynced());
    return new SyncState(watched.synced(), watched.stale(), watched.missing(), warm.remembered());
  }

  private void feelPulse(long now) {
    for (Boolean heard = pulses.poll(); heard != null; heard = pulses.poll()) {
      if (heard) {
        pulse.heard(now);
      } else if (pulse.silent(now)) {
        LOG.warn("kube.api.silent", "server", api.server(), "next", "asks over new connections");
        renew();
      }
    }
    if (pulse.due(now)) {
      Thread.ofVirtual().name("kube-pulse").start(() -> pulses.add(api.isHeard()));
    }
  }

  /** Begins all watches anew over other connections; what they have kept counts on. */
  private void renew() {
    List<Informer> before = List.copyOf(informers.values());
    before.forEach(Informer::silence);
    Runnable close = api.renew();
    startInformers();
    // Not waited for: the old connections are the ones that nobody answers on.
    Thread.ofVirtual()
        .name("kube-renew")
        .start(() -> {
          before.forEach(Informer::stop);
          close.run();
        });
  }

  private void lookAfterWatches(long now) {
    for (Failure f = failures.poll(); f != null; f = failures.poll()) {
      health.failed(f.kind(), f.code(), f.error(), now);
    }
    Set<Kind> watching = EnumSet.noneOf(Kind.class);
    informers.forEach((kind, informer) -> {
      if (informer.isWatching()) {
        watching.add(kind);
      }
    });
    health.observed(watching, now);
    health.toAsk(now).forEach(this::askWhy);
    health.take().forEach(this::tell);
  }

  /** On a thread of its own: the answer may be long in coming. */
  private void askWhy(Kind kind) {
    Thread.ofVirtual()
        .name("kube-why")
        .start(() -> {
          try {
            api.ask(kind);
            failures.add(new Failure(kind, 0, "the watch ended, lists are answered"));
          } catch (ApiException e) {
            failures.add(new Failure(kind, e.code(), FailureText.of(e)));
          }
        });
  }

  private void tell(WatchHealth.News news) {
    switch (news) {
      case WatchHealth.News.Failing(Set<Kind> kinds, String error) ->
          LOG.warn(
              "kube.api.failing", "server", api.server(), "error", error, "kinds", plurals(kinds));
      case WatchHealth.News.StillFailing(Set<Kind> kinds, String error, Duration since) ->
          LOG.warn(
              "kube.api.failing",
              "server",
              api.server(),
              "error",
              error,
              "kinds",
              plurals(kinds),
              "for",
              since.toSeconds() + "s");
      case WatchHealth.News.Recovered(Duration after) ->
          LOG.info("kube.api.back", "after", after.toSeconds() + "s");
      case WatchHealth.News.Missing(Kind kind) -> {
        LOG.warn(
            "kube.crd.missing",
            "crd",
            kind.definition(),
            "effect",
            kind.isOptional() ? "goes on without" : "waits for it; apply Calico's CRDs");
        if (kind.isOptional()) {
          mailbox.unserved(kind);
        }
      }
      case WatchHealth.News.Found(Kind kind) ->
          LOG.info("kube.crd.found", "crd", kind.definition());
    }
  }

  private void tellSynced(SyncState sync, ImageBuilder.Built built) {
    if (sync.isSynced() && !published.isSynced()) {
      LOG.info(
          "kube.image.synced",
          "version",
          built.image().version(),
          "nodes",
          built.image().nodes().size(),
          "pods",
          built.image().pods().size());
    }
  }

  private static String plurals(Set<Kind> kinds) {
    return String.join(",", kinds.stream().map(Kind::plural).toList());
  }

  private static List<ImageEvent> concat(List<ImageEvent> first, List<ImageEvent> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static int code(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof KubernetesClientException e && e.getCode() != 0) {
        return e.getCode();
      }
    }
    return 0;
  }
}
