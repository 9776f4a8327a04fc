package io.margay.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.cluster.ControlPlane;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A server that keeps the cluster's objects: the embedded one, or a real one. Any thread may call.
 */
public interface ClusterServer extends AutoCloseable {
  /** What a server says to a request: an HTTP status and its body. */
  record Answer(int code, String body) {}

  /** Sends one request and waits for the answer. */
  Answer call(String method, String path, Optional<JsonNode> body, String contentType);

  /** Tells every write of a Pod from now on, in order, on one thread: be quick. */
  void onPodEvent(Consumer<ApiEvent> listener);

  /** What runs behind it, to be killed and paused; empty when it is no process of its own. */
  Optional<ControlPlane> plane();

  /** The text of a kubeconfig file for the agents. */
  String kubeconfig();

  @Override
  void close();
}
