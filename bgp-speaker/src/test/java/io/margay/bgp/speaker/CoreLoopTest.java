package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who works off the mailbox, and that it is one at a time. */
@Timeout(60)
class CoreLoopTest {
  private final AtomicBoolean more = new AtomicBoolean();
  private final BlockingQueue<Thread> flushes = new LinkedBlockingQueue<>();
  private final CoreLoop loop = new CoreLoop(this::flush);
  private Thread owner = Thread.currentThread();

  private boolean flush() {
    flushes.add(Thread.currentThread());
    return more.getAndSet(false);
  }

  @AfterEach
  void stop() {
    loop.stop();
  }

  private Thread owner() {
    var owner = new CompletableFuture<Thread>();
    loop.execute(() -> owner.complete(Thread.currentThread()));
    return owner.join();
  }

  /** Brings the task until this thread is lent the turn for it: the core may just be awake. */
  private void runHere(Runnable task) {
    boolean here = false;
    while (!here) {
      var by = new CompletableFuture<Thread>();
      loop.put(() -> {
        by.complete(Thread.currentThread());
        if (!Thread.currentThread().equals(owner)) {
          task.run();
        }
      });
      loop.lend(() -> true);
      here = by.join().equals(Thread.currentThread());
    }
  }

  private void start() {
    loop.start();
    owner = owner();
    assertThat(owner.getName()).isEqualTo("bgp-core");
  }

  @Test
  void whatIsPutWhileTheCoreSleepsIsDoneByWhoBroughtIt() {
    start();
    flushes.clear();
    runHere(() -> {});
    assertThat(flushes).as("the flush behind it, too").contains(Thread.currentThread());
  }

  @Test
  void whatIsMoreIsLeftToTheCore() throws Exception {
    start();
    runHere(() -> {
      flushes.clear();
      more.set(true);
    });
    assertThat(flushes.take()).isEqualTo(Thread.currentThread());
    assertThat(flushes.take()).isEqualTo(owner);
  }

  @Test
  void whatDoesNotFitIsLeftToTheCore() {
    start();
    var by = new CompletableFuture<Thread>();
    loop.put(() -> by.complete(Thread.currentThread()));
    loop.lend(() -> false);
    assertThat(by.join()).isEqualTo(owner);
  }

  @Test
  void aTimerThatIsSetInALentTurnWakesTheCore() {
    start();
    var fired = new CompletableFuture<String>();
    runHere(() -> {
      var _ = loop.after(Duration.ofMillis(1), () -> fired.complete("fired"));
    });
    assertThat(fired.join()).isEqualTo("fired");
  }

  @Test
  void aTimerThatIsCancelledDoesNotFire() {
    start();
    var fired = new ArrayList<String>();
    var done = new CompletableFuture<List<String>>();
    loop.execute(() -> {
      var cancelled = loop.after(Duration.ofMillis(1), () -> fired.add("cancelled"));
      var _ = loop.after(Duration.ofMillis(2), () -> done.complete(fired));
      cancelled.cancel();
    });
    assertThat(done.join()).isEmpty();
  }

  @Test
  void oneAtATime() throws Exception {
    start();
    int tasks = 20_000;
    var ran = new int[1];
    var bringers = new ArrayList<Thread>();
    for (int i = 0; i < 3; i++) {
      boolean lends = i > 0;
      bringers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < tasks; n++) {
                  if (lends) {
                    loop.put(() -> ran[0]++);
                    loop.lend(() -> true);
                  } else {
                    loop.execute(() -> ran[0]++);
                  }
                }
              }));
    }
    for (Thread bringer : bringers) {
      bringer.join();
    }
    var sum = new CompletableFuture<Integer>();
    loop.execute(() -> sum.complete(ran[0]));
    assertThat(sum.join()).isEqualTo(3 * tasks);
  }

  @Test
  void aTaskThatFailsIsCountedAndTheOthersRun() {
    start();
    runHere(() -> {
      throw new IllegalStateException("a fault");
    });
    assertThat(owner()).isEqualTo(owner);
    assertThat(loop.failures()).isEqualTo(1);
  }

  // The thread that lends itself lives on: what ends the core must end the core's own.
  @Test
  void anErrorInALentTurnEndsTheCore() {
    start();
    var end = new CompletableFuture<Throwable>();
    owner.setUncaughtExceptionHandler((_, e) -> end.complete(e));
    var error = new AssertionError("broken");
    runHere(() -> {
      throw error;
    });
    assertThat(end.join()).isSameAs(error);
  }

  @Test
  void nothingRunsBehindTheEnd() throws Exception {
    start();
    loop.stop();
    owner.join();
    loop.put(() -> flushes.add(Thread.currentThread()));
    flushes.clear();
    loop.lend(() -> true);
    assertThat(flushes).isEmpty();
  }
}
