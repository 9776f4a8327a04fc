package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedReadTest {
  @Test
  void oneAfterTheOtherReadsEachTime() {
    var reads = new AtomicInteger();
    var shared = new SharedRead<>(reads::incrementAndGet);
    assertThat(shared.get()).isEqualTo(1);
    assertThat(shared.get()).isEqualTo(2);
  }

  @Test
  void allWhoArriveDuringAReadShareTheNext() throws Exception {
    var reads = new AtomicInteger();
    var started = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var shared =
        new SharedRead<>(() -> {
          int number = reads.incrementAndGet();
          started.countDown();
          await(go);
          return number;
        });
    var first = start(shared);
    await(started);
    var others = new ArrayList<FutureTask<Integer>>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 10; i++) {
      var task = new FutureTask<>(shared::get);
      others.add(task);
      threads.add(Thread.startVirtualThread(task));
    }
    while (!threads.stream().allMatch(t -> t.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    go.countDown();
    assertThat(first.get()).isEqualTo(1);
    for (var other : others) {
      assertThat(other.get()).isEqualTo(2);
    }
    assertThat(reads).hasValue(2);
  }

  @Test
  void aReadThatFailsIsNotKept() {
    var reads = new AtomicInteger();
    var shared =
        new SharedRead<>(() -> {
          if (reads.incrementAndGet() == 1) {
            throw new IllegalStateException("first");
          }
          return reads.get();
        });
    assertThatThrownBy(shared::get).hasMessage("first");
    assertThat(shared.get()).isEqualTo(2);
  }

  private static FutureTask<Integer> start(SharedRead<Integer> shared) {
    var task = new FutureTask<>(shared::get);
    Thread.startVirtualThread(task);
    return task;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
