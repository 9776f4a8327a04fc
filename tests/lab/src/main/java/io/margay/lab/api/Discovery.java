package io.margay.lab.api;

import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What an API server answers besides objects: who it is, that it lives, and tokens. */
final class Discovery {
  private static final Duration TOKEN_LIFE = Duration.ofHours(24);

  private Discovery() {}

  /** Answers a request whose path names no kind. */
  static MockResponse answer(RecordedRequest request) {
    String path = request.getPath().replaceFirst("\\?.*", "");
    return switch (path) {
      case "/version", "/version/" ->
          Answers.json(
              200,
              """
              {"major":"1","minor":"34","gitVersion":"v1.34.0","platform":"linux/amd64"}\
              """);
      case "/healthz", "/livez", "/readyz" -> new MockResponse().setResponseCode(200).setBody("ok");
      default -> Answers.status(404, "NotFound", "the server has nothing at " + path);
    };
  }

  /** A TokenRequest's answer. The lab's server asks nobody who he is. */
  static MockResponse token() {
    Instant end = Instant.now().plus(TOKEN_LIFE).truncatedTo(ChronoUnit.SECONDS);
    return Answers.json(
        201,
        """
        {"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","metadata":{},\
        "status":{"token":"lab","expirationTimestamp":"%s"}}\
        """
            .formatted(end));
  }
}
