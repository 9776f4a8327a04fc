package io.margay.kube.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The API server. Any thread may call; reads and writes wait for the answer, so virtual threads are
 * best. Nothing is asked before the first call: a server that is away makes no difference here.
 *
 * <p>All reads and writes throw {@link ApiException} when there is no answer, or one that cannot be
 * used.
 */
public final class KubeApi implements AutoCloseable {
  private static final int PAGE = 500;

  /** The limit of a list that is not to be cut into pages. */
  private static final int WHOLE = 0;

  private static final int GONE = 410;

  // From here up to 32 times that: fabric8 doubles five times. It knows no jitter, so that each
  // agent begins with a number of its own: a thousand must not come back in the same moment.
  private static final int LEAST_RECONNECT_MILLIS = 200;
  private static final int MOST_RECONNECT_MILLIS = 400;

  /** What is asked over the same connections. */
  private record Session(KubernetesClient client, Http http) {}

  private final Config config;
  private final ExecutorService threads;
  private final List<Runnable> renewed = new CopyOnWriteArrayList<>();
  private volatile Session session;

  private KubeApi(Config config, ExecutorService threads) {
    this.config = config;
    this.threads = threads;
    this.session = session(config, threads);
  }

  /** The cluster that KUBECONFIG names, or the one that the agent's pod runs in. */
  public static KubeApi fromEnvironment() {
    return open(Config.autoConfigure(null));
  }

  /**
   * The cluster of a kubeconfig file.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when the file cannot be read
   */
  public static KubeApi fromKubeconfig(Path file) {
    return open(Config.fromKubeconfig(file.toFile()));
  }

  /** A cluster as fabric8 describes it; for tests. */
  public static KubeApi open(Config config) {
    Config own =
        new ConfigBuilder(config)
            .withWatchReconnectInterval(
                ThreadLocalRandom.current().nextInt(LEAST_RECONNECT_MILLIS, MOST_RECONNECT_MILLIS))
            // Who asks knows best whether to ask again; a watch always does.
            .withRequestRetryBackoffLimit(0)
            .build();
    return new KubeApi(
        own, Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kube-", 0).factory()));
  }

  private static Session session(Config config, ExecutorService threads) {
    var serialization =
        new KubernetesSerialization(new ObjectMapper().registerModule(LeanReader.module()), false);
    // Without this one a watch does not understand "410 Gone" and asks for the same for ever.
    serialization.registerKubernetesResource(Status.class);
    KubernetesClient client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .withHttpClientBuilderConsumer(
                builder -> builder.addOrReplaceInterceptor(RetryAfter.NAME, new RetryAfter()))
            .withKubernetesSerialization(serialization)
            .withTaskExecutor(threads)
            .build();
    return new Session(
        client,
        new Http(
            config.getMasterUrl(),
            // It waits by itself, and no longer than its deadline.
            client
                .getHttpClient()
                .newBuilder()
                .addOrReplaceInterceptor(RetryAfter.NAME, null)
                .build()));
  }

  /**
   * Asks over new connections from now on: those that were may lead nowhere.
   *
   * @return closes the old ones; what waits for an answer there fails then
   */
  public Runnable renew() {
    Session before = session;
    session = session(config, threads);
    renewed.forEach(Runnable::run);
    return before.client()::close;
  }

  /** Told of each {@link #renew}: who watches has to begin anew. */
  public void onRenew(Runnable listener) {
    renewed.add(listener);
  }

  /** False when the server leaves a small question without any answer, and does not refuse it. */
  public boolean isHeard() {
    try {
      http().once("GET", "/version", Http.JSON, "");
      return true;
    } catch (ApiException e) {
      return !e.isSilence();
    }
  }

  /** Where the server is, for logs. */
  public String server() {
    return config.getMasterUrl();
  }

  /** For {@code kube.watch} only. */
  public KubernetesClient client() {
    return session.client();
  }

  private Http http() {
    return session.http();
  }

  /** One object; empty when there is none of this name. */
  public Optional<Map<String, Object>> get(Kind kind, ObjectKey key) {
    Http.Answer answer = http().send("GET", kind.path(key), Http.JSON, "");
    return switch (answer.code()) {
      case 200 -> Optional.of(answer.object());
      case 404 -> Optional.empty();
      default -> throw answer.unusable();
    };
  }

  /**
   * All objects of a kind, page by page. Where the server has forgotten the version that the pages
   * are of, all once more in one piece, as client-go does.
   *
   * @param labelSelector as the API server reads it; empty for all
   */
  public List<Map<String, Object>> list(Kind kind, String labelSelector) {
    return pages(kind, labelSelector, PAGE)
        .or(() -> pages(kind, labelSelector, WHOLE))
        .orElseThrow(
            () -> new ApiException("GET " + kind.path(""), GONE, "for a list in one piece"));
  }

  /** Empty when the version that the first page was of is forgotten by the server. */
  private Optional<List<Map<String, Object>>> pages(Kind kind, String labelSelector, int limit) {
    var objects = new ArrayList<Map<String, Object>>();
    String next = "";
    do {
      String query =
          "?limit="
              + limit
              + parameter("labelSelector", labelSelector)
              + parameter("continue", next);
      Http.Answer answer = http().send("GET", kind.path("") + query, Http.JSON, "");
      if (answer.code() == GONE && !next.isEmpty()) {
        return Optional.empty();
      }
      if (answer.code() != 200) {
        throw answer.unusable();
      }
      Map<String, Object> page = answer.object();
      addItems(page, objects);
      next =
          page.get("metadata") instanceof Map<?, ?> meta && meta.get("continue") instanceof String c
              ? c
              : "";
    } while (!next.isEmpty());
    return Optional.of(objects);
  }

  /**
   * Asks once for an object of a kind, whichever: returns when the kind can be read.
   *
   * @throws ApiException when it cannot, with the reason
   */
  public void ask(Kind kind) {
    Http.Answer answer = http().once("GET", kind.path("") + "?limit=1", Http.JSON, "");
    if (answer.code() != 200) {
      throw answer.unusable();
    }
  }

  /** Stores a new object: Done or AlreadyExists. */
  public Written create(Kind kind, ObjectKey key, Map<String, Object> object) {
    Http.Answer answer =
        http().send("POST", kind.path(key.namespace()), Http.JSON, Json.text(object));
    return switch (answer.code()) {
      case 200, 201, 202 -> new Written.Done(answer.object());
      case 409 -> new Written.AlreadyExists();
      default -> throw answer.unusable();
    };
  }

  /** Replaces the version that the object's metadata names: Done, Conflict or NotFound. */
  public Written replace(Kind kind, ObjectKey key, Map<String, Object> object) {
    return written(http().send("PUT", kind.path(key), Http.JSON, Json.text(object)));
  }

  /** As {@link #replace}, through the status sub-resource. */
  public Written replaceStatus(Kind kind, ObjectKey key, Map<String, Object> object) {
    return written(http().send("PUT", kind.path(key) + "/status", Http.JSON, Json.text(object)));
  }

  /**
   * Merges into an object through its status sub-resource, lists of conditions by their type: Done,
   * Conflict (where the patch names a version or UID) or NotFound. Built-in kinds only.
   */
  public Written patchStatus(Kind kind, ObjectKey key, Map<String, Object> patch) {
    Http.Answer answer =
        http().send("PATCH", kind.path(key) + "/status", Http.STRATEGIC_MERGE, Json.text(patch));
    // A UID in a patch is no precondition to the server but a field that must not change.
    return answer.isInvalid("metadata.uid") ? new Written.Conflict(answer.text()) : written(answer);
  }

  /** Removes an object: Done, Conflict when the preconditions do not hold, or NotFound. */
  public Written delete(Kind kind, ObjectKey key, Preconditions preconditions) {
    return written(
        http().send("DELETE", kind.path(key), Http.JSON, Json.text(preconditions.body())));
  }

  @Override
  public void close() {
    session.client().close();
    threads.shutdownNow();
  }

  private static Written written(Http.Answer answer) {
    return switch (answer.code()) {
      case 200, 201, 202 -> new Written.Done(answer.object());
      case 404 -> new Written.NotFound();
      case 409 -> new Written.Conflict(answer.text());
      default -> throw answer.unusable();
    };
  }

  private static void addItems(Map<String, Object> page, List<Map<String, Object>> objects) {
    if (!(page.get("items") instanceof List<?> items)) {
      return;
    }
    for (Object item : items) {
      if (item instanceof Map<?, ?> map) {
        var object = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> object.put(String.valueOf(name), value));
        objects.add(object);
      }
    }
  }

  private static String parameter(String name, String value) {
    return value.isEmpty()
        ? ""
        : "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
