package io.margay.kube.client;

import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.margay.kube.types.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests over fabric8's HTTP client, which adds credentials and renews them. */
final class Http {
  static final String JSON = "application/json";
  static final String STRATEGIC_MERGE = "application/strategic-merge-patch+json";

  /** What the server itself allows a request by default is 60 s; a node should know sooner. */
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int TOO_MANY = 429;

  private final Pace pace = new Pace();

  private static final int INVALID = 422;

  private final HttpClient client;
  private final String root;

  Http(String server, HttpClient client) {
    this.client = client;
    this.root = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
  }

  /**
   * An answer of the server, whatever it says.
   *
   * @param retryAfter what the server asks to wait before the same is sent again; empty when it
   *     does not ask
   */
  record Answer(String request, int code, String body, Optional<Duration> retryAfter) {
    Map<String, Object> object() {
      return Json.object(body)
          .orElseThrow(() -> new ApiException(request, code, "with a body that is no JSON object"));
    }

    /** The message of the Status that the server sends with an error. */
    String text() {
      return Json.object(body)
          .map(status -> status.get("message"))
          .filter(String.class::isInstance)
          .map(String.class::cast)
          .orElse("without a message");
    }

    /** Whether it is a refusal of the value that this field would have got. */
    boolean isInvalid(String field) {
      return code == INVALID
          && Json.object(body)
              .map(status -> status.get("details"))
              .filter(details ->
                  details instanceof Map<?, ?> map
                      && map.get("causes") instanceof List<?> causes
                      && causes.stream().anyMatch(cause -> isAbout(cause, field)))
              .isPresent();
    }

    private static boolean isAbout(Object cause, String field) {
      return cause instanceof Map<?, ?> map && field.equals(map.get("field"));
    }

    ApiException unusable() {
      return new ApiException(request, code, text());
    }
  }

  /**
   * Sends one request and waits; an empty body is none. A server that has too much to do (429; it
   * did nothing then) is asked again when it says, until the deadline.
   */
  Answer send(String method, String path, String contentType, String body) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (true) {
      Answer answer = once(method, path, contentType, body);
      Duration pause = answer.retryAfter().orElse(RETRY);
      if (answer.code() != TOO_MANY || System.nanoTime() + pause.toNanos() > deadline) {
        return answer;
      }
      sleep(pause, answer.request());
    }
  }

  /** Sends one request and waits; an empty body is none. */
  Answer once(String method, String path, String contentType, String body) {
    String request = method + " " + path;
    pace.await(request);
    HttpRequest.Builder builder =
        client.newHttpRequestBuilder().uri(root + path).header("Accept", JSON);
    builder.timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    if (!body.isEmpty()) {
      builder.method(method, contentType, body);
    }
    CompletableFuture<HttpResponse<String>> future =
        client.sendAsync(builder.build(), String.class);
    try {
      HttpResponse<String> response = future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
      String text = response.body();
      return new Answer(
          request, response.code(), text == null ? "" : text, RetryAfter.of(response));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new ApiException(request, cause == null ? e : cause);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new ApiException(request, new TimeoutException("no answer in " + DEADLINE));
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new ApiException(request, e);
    }
  }

  private static void sleep(Duration pause, String request) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(request, e);
    }
  }
}
