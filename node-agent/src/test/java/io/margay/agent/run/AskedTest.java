package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AskedTest {
  @Test
  void anInterruptEndsTheWaitAndStaysOne() {
    Thread.currentThread().interrupt();
    assertThat(Asked.soon(new CompletableFuture<String>())).isEmpty();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThatThrownBy(() -> Asked.answer(new CompletableFuture<String>()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aFailureIsHandedOnWithItsCause() {
    var failed = CompletableFuture.<String>failedFuture(new IllegalArgumentException("no pod"));
    assertThatThrownBy(() -> Asked.answer(failed))
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Asked.soon(failed)).hasRootCauseMessage("no pod");
  }

  @Test
  void anAnswerIsGivenAsItIs() {
    assertThat(Asked.answer(CompletableFuture.completedFuture("a"))).isEqualTo("a");
    assertThat(Asked.soon(CompletableFuture.completedFuture("a"))).contains("a");
  }
}
