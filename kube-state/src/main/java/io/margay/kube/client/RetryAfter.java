package io.margay.kube.client;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets informers wait for as long as a refusal says (429, and 503 of a server that starts). They
 * learn of it that much later and take their own pause then: no request is sent from here.
 */
final class RetryAfter implements Interceptor {
  static final String NAME = "retry-after";

  /** A server that asks for more is not believed: its clock or its proxy is wrong. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

  /** What the answer says, in seconds, the only form that kube-apiserver uses. */
  static Optional<Duration> of(HttpResponse<?> response) {
    @Nullable String text = response.header("Retry-After");
    return text != null && SECONDS.matcher(text).matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder request, HttpResponse<?> response, RequestTags tags) {
    var answered = new CompletableFuture<Boolean>();
    Optional<Duration> pause = of(response);
    if (pause.isEmpty()) {
      answered.complete(false);
      return answered;
    }
    long millis = Math.min(pause.get().toMillis(), LONGEST.toMillis());
    return answered.completeOnTimeout(false, millis, TimeUnit.MILLISECONDS);
  }
}
