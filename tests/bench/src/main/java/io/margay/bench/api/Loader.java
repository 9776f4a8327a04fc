package io.margay.bench.api;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.margay.kube.client.KubeApi;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Fills a cluster, as a program: it runs where the API server is reached. Many requests are under
 * way at once; the agent's own client would keep to its rate.
 */
public final class Loader {
  /** An HTTP/2 connection of the server takes 100 at a time. */
  private static final int AT_ONCE = 64;

  private final HttpClient http;
  private final String root;
  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<Optional<String>> failure = new AtomicReference<>(Optional.empty());

  private Loader(KubeApi api) {
    this.http = api.client().getHttpClient();
    this.root = api.server().replaceFirst("/$", "");
  }

  /**
   * Makes all objects and prints how many there are.
   *
   * @param arguments a kubeconfig of somebody who may do everything; nodes, pods, policies
   */
  public static void main(String[] arguments) throws InterruptedException {
    var size =
        new ClusterSize(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    try (KubeApi api = KubeApi.fromKubeconfig(Path.of(arguments[0]))) {
      var loader = new Loader(api);
      for (Stream<Creation> wave : new Population(size).waves()) {
        loader.make(wave);
      }
      System.out.println(loader.done);
    }
  }

  private void make(Stream<Creation> wave) throws InterruptedException {
    for (Creation creation : (Iterable<Creation>) wave::iterator) {
      turns.acquire();
      if (failure.get().isPresent()) {
        throw new IllegalStateException(failure.get().get());
      }
      var _ =
          make(creation)
              .whenComplete((_, cause) -> {
                if (cause != null) {
                  failure.set(Optional.of(creation.kind().name(creation.key()) + ": " + cause));
                }
                turns.release();
              });
    }
    turns.acquire(AT_ONCE);
    turns.release(AT_ONCE);
    failure
        .get()
        .ifPresent(text -> {
          throw new IllegalStateException(text);
        });
  }

  private CompletableFuture<Void> make(Creation creation) {
    String collection = creation.kind().path(creation.key().namespace());
    CompletableFuture<Void> made =
        send("POST", collection, "application/json", creation.body())
            .thenRun(done::incrementAndGet);
    return creation
        .status()
        .map(status ->
            made.thenCompose(_ ->
                send(
                    "PATCH",
                    creation.kind().path(creation.key()) + "/status",
                    "application/merge-patch+json",
                    status)))
        .orElse(made);
  }

  private CompletableFuture<Void> send(String method, String path, String type, String body) {
    return http.sendAsync(
            http.newHttpRequestBuilder().uri(root + path).method(method, type, body).build(),
            String.class)
        .thenAccept(answer -> check(method + " " + path, answer));
  }

  private static void check(String request, HttpResponse<String> answer) {
    if (!answer.isSuccessful()) {
      throw new IllegalStateException(request + ": " + answer.code() + " " + answer.body());
    }
  }
}
