package io.margay.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.dsl.HttpMethod;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.margay.cluster.ControlPlane;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * fabric8's CRUD server with our dispatcher, in this process: over HTTP for the agents, by method
 * calls for the lab. Both go through the same code.
 */
public final class EmbeddedServer implements ClusterServer {
  private static final int REMEMBERED_WRITES = 20_000;

  // A field, because the logging configuration keeps loggers only weakly. It writes a line a
  // request.
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final LabDispatcher dispatcher = new LabDispatcher(REMEMBERED_WRITES);
  private final MockWebServer server = new MockWebServer();
  private final InetAddress address;

  /** Serves at this address; port 0 takes a free one. */
  public EmbeddedServer(InetAddress address, int port) {
    REQUESTS.setLevel(Level.WARNING);
    this.address = address;
    server.setDispatcher(dispatcher);
    server.start(address, port);
  }

  @Override
  public Optional<ControlPlane> plane() {
    return Optional.empty();
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void onPodEvent(Consumer<ApiEvent> listener) {
    dispatcher.onEvent(event -> {
      if (event.kind().equals(ResourceKind.POD.kind())) {
        listener.accept(event);
      }
    });
  }

  @Override
  public Answer call(String method, String path, Optional<JsonNode> body, String contentType) {
    byte[] bytes = body.map(b -> b.toString().getBytes(StandardCharsets.UTF_8)).orElse(new byte[0]);
    Headers headers = Headers.builder().add("Content-Type", contentType).build();
    MockResponse response =
        dispatcher.dispatch(
            new RecordedRequest(
                "HTTP/1.1", HttpMethod.valueOf(method), path, headers, new Buffer(bytes)));
    String text = response.getBody() == null ? "" : response.getBody().readUtf8();
    return new Answer(response.code(), text);
  }

  @Override
  public String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: lab, cluster: {server: "http://%s:%d"}}]
    users: [{name: lab, user: {}}]
    contexts: [{name: lab, context: {cluster: lab, user: lab}}]
    current-context: lab
    """
        .formatted(host(), port());
  }

  /** As a URL has it. */
  private String host() {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }

  @Override
  public void close() {
    server.shutdown();
  }
}
