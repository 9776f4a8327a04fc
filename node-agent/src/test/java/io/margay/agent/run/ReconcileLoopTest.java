package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
  private final Map<String, String> kernel = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger brokenDumps = new AtomicInteger();
  private final ReconcileLoop<String, String> loop =
      new ReconcileLoop<>(
          "test",
          new Reconciler<>(
              new KernelMap(), ReconcilerSettings.DEFAULT, new Hold(Set.of()), new Random(1), 0),
          now::get);

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop();
  }

  @Test
  void whoWaitsIsToldWhenItIsReal() throws InterruptedException {
    loop.start();
    loop.tell(r -> r.want(1, Map.of("a", "1")));
    assertThat(loop.await(1, Set.of(), Duration.ofSeconds(10))).isInstanceOf(Reached.Yes.class);
    assertThat(kernel).containsEntry("a", "1");
  }

  @Test
  void whoWaitsInVainHearsTheKernelsReason() throws InterruptedException {
    refused.add("a");
    loop.start();
    loop.tell(r -> r.want(1, Map.of("a", "1")));
    Reached<String> reached;
    do {
      reached = loop.await(1, Set.of("a"), Duration.ofMillis(50));
    } while (reached instanceof Reached.NotYet<String>);
    assertThat(reached).isEqualTo(new Reached.Refused<>("a", "no such device"));
    assertThat(loop.status())
        .hasValueSatisfying(
            status -> assertThat(status.failing()).extracting(f -> f.key()).containsExactly("a"));
  }

  @Test
  void aTargetThatThrowsHasItsPauseWhateverArrives() throws InterruptedException {
    brokenDumps.set(2);
    loop.start();
    loop.tell(r -> r.want(1, Map.of("a", "1")));
    turned();
    assertThat(loop.broken()).contains("cannot read");
    loop.tell(r -> r.want(2, Map.of("a", "2")));
    turned();
    assertThat(brokenDumps).as("no second dump while time stands still").hasValue(1);
    pass(Duration.ofMillis(100));
    turned();
    assertThat(loop.broken()).contains("cannot read");
    pass(Duration.ofMillis(200));
    assertThat(loop.await(2, Set.of(), Duration.ofSeconds(10))).isInstanceOf(Reached.Yes.class);
    assertThat(kernel).containsEntry("a", "2");
    assertThat(loop.broken()).isEmpty();
  }

  @Test
  void aMessageThatFailsCostsADumpAndNotTheThread() throws InterruptedException {
    loop.start();
    loop.tell(r -> r.want(1, Map.of("a", "1")));
    assertThat(loop.await(1, Set.of(), Duration.ofSeconds(10))).isInstanceOf(Reached.Yes.class);
    kernel.remove("a");
    loop.tell(_ -> {
      throw new IllegalStateException("an event that nobody understands");
    });
    loop.tell(r -> r.want(2, Map.of("a", "1", "b", "2")));
    assertThat(loop.await(2, Set.of(), Duration.ofSeconds(10))).isInstanceOf(Reached.Yes.class);
    assertThat(kernel).containsOnlyKeys("a", "b");
  }

  @Test
  void startingTwiceIsStartingOnce() throws InterruptedException {
    loop.start();
    loop.start();
    turned();
    assertThat(loop.lastTurn()).isEqualTo(now.get());
    assertThat(loop.name()).isEqualTo("test");
  }

  private void pass(Duration time) throws InterruptedException {
    now.addAndGet(time.toNanos());
    turned();
  }

  /** Waits for the end of the turn that has all that was told before: the next one has begun. */
  private void turned() throws InterruptedException {
    var seen = new CountDownLatch(1);
    loop.tell(_ -> loop.tell(_ -> seen.countDown()));
    assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private final class KernelMap implements Target<String, String> {
    @Override
    public Map<String, String> dump() {
      if (brokenDumps.getAndDecrement() > 0) {
        throw new IllegalStateException("cannot read");
      }
      return Map.copyOf(kernel);
    }

    @Override
    public List<ItemResult<String>> apply(Diff<String, String> diff) {
      var results = new ArrayList<ItemResult<String>>();
      diff.put()
          .forEach((key, value) -> {
            if (refused.contains(key)) {
              results.add(new ItemResult.Failed<>(key, "no such device"));
            } else {
              kernel.put(key, value);
              results.add(new ItemResult.Done<>(key));
            }
          });
      diff.remove()
          .forEach(key -> {
            kernel.remove(key);
            results.add(new ItemResult.Done<>(key));
          });
      return results;
    }
  }
}
