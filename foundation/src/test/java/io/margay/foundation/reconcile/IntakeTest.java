package io.margay.foundation.reconcile;

import static io.margay.foundation.reconcile.ReconcilerTest.SETTINGS;
import static io.margay.foundation.reconcile.ReconcilerTest.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is wanted, taken in piece by piece while the target works. */
class IntakeTest {
  private static final long MS = 1_000_000;

  private final InMemoryTarget<String, Integer> kernel = new InMemoryTarget<>();
  private final InMemoryBulkTarget<String, Integer> target = new InMemoryBulkTarget<>(kernel);

  @Test
  void aTargetThatAsksForMoreBeginsBeforeAllIsTakenIn() {
    kernel.entries.putAll(Map.of("stale", 1));
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0, 40);
    reconciler.want(1, Map.of("stale", 1));
    reconciler.run(0);
    reconciler.want(2, numbers(99));
    reconciler.run(1);
    assertThat(kernel.batches)
        .extracting(batch -> batch.put().size())
        .as("what goes comes last")
        .containsExactly(40, 40, 19, 0);
    assertThat(kernel.batches).last().extracting(Diff::remove).isEqualTo(Set.of("stale"));
    assertThat(kernel.entries).isEqualTo(numbers(99));
    assertThat(reconciler.reached(2)).isEqualTo(new Reached.Yes<>());

    reconciler.change(3, Map.of("n1", 7, "more", 8), Set.of("n2"));
    assertThat(reconciler.status().pending()).as("whoever asks sees all of it").isEqualTo(3);
    reconciler.run(1000 * MS);
    assertThat(kernel.entries).hasSize(99).containsEntry("n1", 7).doesNotContainKey("n2");
  }

  @Test
  void whatIsWantedNoMoreGoesInPiecesToo() {
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0, 40);
    reconciler.want(1, numbers(99));
    reconciler.run(0);
    kernel.batches.clear();
    reconciler.want(2, Map.of("n7", 7));
    reconciler.run(1000 * MS);
    var sizes = kernel.batches.stream().map(batch -> batch.remove().size()).toList();
    assertThat(sizes).hasSize(3).allMatch(size -> size <= 40);
    assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(98);
    assertThat(kernel.entries).isEqualTo(Map.of("n7", 7));
    assertThat(reconciler.reached(2)).isEqualTo(new Reached.Yes<>());
  }

  @Test
  void whatStaysAndWhatGoesMayBeMixed() {
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0, 7);
    reconciler.want(1, numbers(100));
    reconciler.run(0);
    kernel.batches.clear();
    var half = new HashMap<>(numbers(100));
    half.values().removeIf(number -> number % 2 == 0);
    half.put("n3", -3);
    half.put("new", 1);
    reconciler.want(2, half);
    reconciler.run(1000 * MS);
    assertThat(kernel.entries).isEqualTo(half);
    assertThat(kernel.touched().stream().mapToInt(Set::size).sum()).isEqualTo(50 + 2);
  }

  @Test
  void whatLeavesOnTheWayLeavesTheOthersInTheirPlaces() {
    var random = new Random(7);
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), random, 0, 3);
    var wanted = new HashMap<String, Integer>();
    for (int round = 1; round <= 50; round++) {
      wanted.clear();
      numbers(60)
          .keySet()
          .forEach(key -> {
            if (random.nextBoolean()) {
              wanted.put(key, random.nextInt(3));
            }
          });
      reconciler.want(round, new HashMap<>(wanted));
      reconciler.run(round * 1000L * MS);
      assertThat(kernel.entries).as("round %d", round).isEqualTo(wanted);
      assertThat(reconciler.status().actual()).as("round %d", round).isEqualTo(wanted.size());
    }
  }

  @Test
  void whatIsOnItsWayIsNotWantedOtherwiseMeanwhile() {
    kernel.refused.put("n1", "EINVAL");
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0, 1);
    reconciler.want(1, numbers(3));
    reconciler.run(0);
    kernel.refused.clear();
    kernel.batches.clear();
    reconciler.want(2, Map.of("n0", 5, "n1", 6));
    reconciler.run(1);
    assertThat(kernel.batches).as("one was refused before: all at once").hasSize(1);
    assertThat(kernel.entries).isEqualTo(Map.of("n0", 5, "n1", 6));
  }

  @Test
  void anUrgentItemIsOnItsWayOnlyOnce() {
    target.answersLate = true;
    var reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0);
    reconciler.want(1, Map.of("a", 1));
    reconciler.run(0);
    reconciler.change(2, Map.of("a", 2, "b", 2), Set.of());
    reconciler.hurry(Set.of("a"));
    reconciler.run(1);
    assertThat(kernel.touched()).containsExactly(Set.of("a"), Set.of("a"), Set.of("b"));
    assertThat(reconciler.status().applied()).isEqualTo(3);
  }
}
