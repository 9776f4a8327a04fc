package io.margay.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.margay.cluster.ControlPlane;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A real kube-apiserver with etcd and controllers, asked as an administrator; the agents are the
 * chart's service account.
 */
public final class RealServer implements ClusterServer {
  private static final EventLog LOG = EventLog.of(RealServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration TOKEN_LIFE = Duration.ofHours(24);
  private static final String AGENT_NAMESPACE = "kube-system";
  private static final String AGENT = "calico-node";

  private final ControlPlane plane;
  private final KubernetesClient client;
  private final String root;

  public RealServer(ControlPlane plane) {
    this.plane = plane;
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(plane.admin().toFile()))
            .withRequestRetryBackoffLimit(0)
            .withWatchReconnectInterval((int) PAUSE.toMillis())
            .build();
    this.client =
        new KubernetesClientBuilder()
            .withConfig(config)
            .withHttpClientFactory(new JdkHttpClientFactory())
            .build();
    this.root = config.getMasterUrl().replaceFirst("/$", "");
  }

  @Override
  public Optional<ControlPlane> plane() {
    return Optional.of(plane);
  }

  /** A server that is away is asked again for a while: the lab's own parts are no test of it. */
  @Override
  public Answer call(String method, String path, Optional<JsonNode> body, String contentType) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return callOnce(method, path, body, contentType);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new UncheckedIOException(method + " " + path, e);
        }
        LOG.debug("lab.api.waits", "request", method + " " + path, "why", e.getMessage());
        pause();
      }
    }
  }

  private Answer callOnce(String method, String path, Optional<JsonNode> body, String contentType)
      throws IOException {
    HttpRequest.Builder request = client.getHttpClient().newHttpRequestBuilder().uri(root + path);
    request.header("Accept", "application/json");
    request.timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    body.ifPresent(b -> request.method(method, contentType, b.toString()));
    try {
      HttpResponse<String> response =
          client
              .getHttpClient()
              .sendAsync(request.build(), String.class)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.code(), Optional.ofNullable(response.body()).orElse(""));
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onPodEvent(Consumer<ApiEvent> listener) {
    var _ =
        client
            .pods()
            .inAnyNamespace()
            .inform(
                new ResourceEventHandler<Pod>() {
                  @Override
                  public void onAdd(Pod pod) {
                    tell(ApiEvent.Type.ADDED, pod);
                  }

                  @Override
                  public void onUpdate(Pod before, Pod pod) {
                    tell(ApiEvent.Type.MODIFIED, pod);
                  }

                  @Override
                  public void onDelete(Pod pod, boolean unknown) {
                    tell(ApiEvent.Type.DELETED, pod);
                  }

                  private void tell(ApiEvent.Type type, Pod pod) {
                    listener.accept(new ApiEvent(type, JSON.valueToTree(pod)));
                  }
                });
  }

  @Override
  public String kubeconfig() {
    Path file = plane.kubeconfigOf(AGENT_NAMESPACE, AGENT, TOKEN_LIFE);
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    client.close();
    plane.close();
  }
}
