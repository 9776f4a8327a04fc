package io.margay.kube.client;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.margay.kube.types.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pod's token is in a file, which kubelet writes anew before the token ends. */
class TokenFileTest {
  @TempDir Path folder;
  private final Map<String, @Nullable String> before = new HashMap<>();
  private HttpServer server;
  private Path token;
  private volatile String good = "first";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body = "{}".getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(("Bearer " + good).equals(given) ? 200 : 401, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    token = Files.writeString(folder.resolve("token"), "first");
    set("kubernetes.master", "http://127.0.0.1:" + server.getAddress().getPort());
    set("kubernetes.auth.serviceAccount.token", token.toString());
    set("kubernetes.auth.tryKubeConfig", "false");
  }

  private void set(String property, String value) {
    before.put(property, System.setProperty(property, value));
  }

  @AfterEach
  void stop() {
    before.forEach((property, value) -> {
      if (value == null) {
        System.clearProperty(property);
      } else {
        System.setProperty(property, value);
      }
    });
    server.stop(0);
  }

  @Test
  void tokenThatIsRefusedIsReadAgain() throws IOException {
    try (KubeApi api = KubeApi.fromEnvironment()) {
      api.ask(Kind.POD);
      good = "second";
      assertThatThrownBy(() -> api.ask(Kind.POD)).hasMessageContaining("401");
      Files.writeString(token, "second");
      assertThatNoException().isThrownBy(() -> api.ask(Kind.POD));
    }
  }
}
