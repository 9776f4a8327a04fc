package io.margay.agent.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what another thread was asked. An interrupt ends the wait and stays one. */
public final class Asked {
  /** So long somebody who shows something waits for a thread that is busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private Asked() {}

  /**
   * The answer, however long it takes.
   *
   * @throws IllegalStateException when there is none: the question failed, or this thread is to end
   */
  static <T> T answer(CompletableFuture<T> asked) {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * The answer if it comes within two seconds.
   *
   * @throws IllegalStateException when the question failed
   */
  public static <T> Optional<T> soon(CompletableFuture<T> asked) {
    return within(PATIENCE, asked);
  }

  /**
   * The answer if it comes in time.
   *
   * @throws IllegalStateException when the question failed
   */
  static <T> Optional<T> within(Duration limit, CompletableFuture<T> asked) {
    try {
      return Optional.of(asked.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }
}
