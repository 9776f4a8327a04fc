package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UncaughtTest {
  static Object[][] throwables() {
    return new Object[][] {
      {new IllegalStateException("a request's"), 0},
      {new OutOfMemoryError("heap"), 1},
      {new StackOverflowError(), 1},
      {new NoClassDefFoundError("x"), 1},
    };
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void onlyAnErrorEndsTheProcess(Throwable thrown, int times) throws InterruptedException {
    var ends = new AtomicInteger();
    var thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler(new Uncaught(ends::incrementAndGet))
            .start(() -> UncaughtTest.<RuntimeException>raise(thrown));
    thread.join();
    assertThat(ends).hasValue(times);
  }

  @SuppressWarnings("unchecked") // throws what no signature allows
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
