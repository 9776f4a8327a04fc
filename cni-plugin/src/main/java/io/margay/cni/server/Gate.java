package io.margay.cni.server;

import io.margay.cni.verb.Verbs;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Closed until the agent serves; then open for good. Virtual threads wait before it. */
final class Gate {
  private final CompletableFuture<Verbs> verbs = new CompletableFuture<>();

  void open(Verbs served) {
    verbs.complete(served);
  }

  /** What serves, if it is open. */
  Optional<Verbs> now() {
    return Optional.ofNullable(verbs.getNow(null));
  }

  /** What serves; empty when it is still closed after so long. */
  Optional<Verbs> await(Duration limit) {
    try {
      return Optional.of(verbs.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a gate never fails", e);
    }
  }
}
