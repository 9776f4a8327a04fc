package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger attempts = new AtomicInteger();
  private final CompletableFuture<Integer> done = new CompletableFuture<>();

  private Retries.Work failing(int times) {
    return () -> {
      int attempt = attempts.incrementAndGet();
      if (attempt <= times) {
        throw new IllegalStateException("broken " + attempt);
      }
      done.complete(attempt);
    };
  }

  @Test
  void workThatThrowsIsDoneAgainWithAGrowingPause() throws Exception {
    new Retries(pauses::add).begin("set-up", failing(8));
    assertThat(done.get(10, TimeUnit.SECONDS)).isEqualTo(9);
    assertThat(pauses)
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
  }

  @Test
  void whatFailsIsSaidUntilItSucceeds() throws Exception {
    var mayGoOn = new Semaphore(0);
    var paused = new Semaphore(0);
    var retries =
        new Retries(_ -> {
          paused.release();
          mayGoOn.acquire();
        });
    retries.runNow("RELEASE_POLICY", failing(1));
    paused.acquire();
    assertThat(retries.trouble())
        .contains("RELEASE_POLICY fails: 1 times, java.lang.IllegalStateException: broken 1");
    mayGoOn.release();
    done.get(10, TimeUnit.SECONDS);
    retries.runNow("RELEASE_POLICY", () -> {});
    assertThat(retries.trouble()).isEmpty();
  }

  @Test
  void whatSucceedsAtOnceNeverPauses() throws InterruptedException {
    new Retries(pauses::add).runNow("SERVE_CNI", failing(0));
    assertThat(done).isCompletedWithValue(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void anInterruptIsNoFailure() {
    var retries = new Retries(pauses::add);
    assertThatThrownBy(() ->
            retries.runNow(
                "PROGRAM_KERNEL",
                () -> {
                  throw new InterruptedException();
                }))
        .isInstanceOf(InterruptedException.class);
    assertThat(retries.trouble()).isEmpty();
  }
}
