package io.margay.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void onePartThatIsNotReadyMakesTheAgentNotReadyButAlive() {
    var health = new Health();
    health.add(new Part("api", () -> Part.State.waiting("no API server at https://10.96.0.1")));
    health.add(new Part("fib", () -> Part.State.ready("12 routes")));
    assertThat(health.liveness().good()).isTrue();
    assertThat(health.readiness().good()).isFalse();
    assertThat(health.readiness().text())
        .isEqualTo(
            """
            api          not ready  no API server at https://10.96.0.1
            fib          ready      12 routes
            """);
  }

  @Test
  void pagesAnswerWithFelixsStatusCodes() throws IOException, InterruptedException {
    var health = new Health();
    health.add(new Part("fib", () -> Part.State.dead("thread gone")));
    try (var pages =
            HttpPages.serve(
                "127.0.0.1", 0, Map.of("/liveness", () -> HttpPages.Page.of(health.liveness())));
        var client = HttpClient.newHttpClient()) {
      assertThat(get(client, pages.port(), "/liveness").statusCode()).isEqualTo(503);
      assertThat(get(client, pages.port(), "/liveness").body()).contains("thread gone");
      assertThat(get(client, pages.port(), "/other").statusCode()).isEqualTo(404);
      assertThat(get(client, pages.port(), "/liveness/x").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aPageThatCannotBeMadeSaysSo() throws IOException, InterruptedException {
    try (var pages =
            HttpPages.serve(
                "127.0.0.1",
                0,
                Map.of(
                    "/metrics",
                    () -> {
                      throw new IllegalStateException("no count of rules");
                    }));
        var client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = get(client, pages.port(), "/metrics");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).contains("no count of rules");
    }
  }

  private static HttpResponse<String> get(HttpClient client, int port, String path)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
