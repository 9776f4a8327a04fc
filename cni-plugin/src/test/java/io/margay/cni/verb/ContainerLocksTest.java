package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainerLocksTest {
  @Test
  void oneAtATimeForEachContainer() throws Exception {
    var locks = new ContainerLocks();
    var inside = new AtomicInteger[] {new AtomicInteger(), new AtomicInteger()};
    var most = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 400; i++) {
        int container = i % 2;
        results.add(
            threads.submit(() ->
                locks.alone(
                    "c" + container,
                    () -> {
                      most.accumulateAndGet(inside[container].incrementAndGet(), Math::max);
                      return inside[container].decrementAndGet();
                    })));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isZero();
      }
    }
    assertThat(most).hasValue(1);
    assertThat(locks.size()).as("a lock that nobody wants is gone").isZero();
  }
}
