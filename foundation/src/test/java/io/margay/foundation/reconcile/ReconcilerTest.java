package io.margay.foundation.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconcilerTest {
  private static final long MS = 1_000_000;

  /** For the other tests of reconcilers, too. */
  static final ReconcilerSettings SETTINGS =
      new ReconcilerSettings(
          Duration.ofSeconds(90),
          new Backoff(Duration.ofMillis(50), Duration.ofMillis(400)),
          1_000_000,
          100);

  private final InMemoryTarget<String, Integer> kernel = new InMemoryTarget<>();
  private Reconciler<String, Integer> reconciler = reconciler(SETTINGS);

  @Test
  void whatIsThereAlreadyIsLeftAsItIs() {
    kernel.entries.putAll(Map.of("a", 1, "b", 2));
    reconciler.want(1, Map.of("a", 1, "b", 3, "c", 4));
    reconciler.run(0);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1, "b", 3, "c", 4));
    assertThat(kernel.touched()).containsExactly(Set.of("b", "c"));
  }

  @Test
  void onlyWhatChangesIsTouchedAfterTheFirstDump() {
    reconciler.want(1, Map.of("a", 1, "b", 2));
    reconciler.run(0);
    kernel.batches.clear();
    reconciler.change(2, Map.of("a", 1, "c", 3), Set.of("b", "unknown"));
    reconciler.run(1);
    assertThat(kernel.dumps).isEqualTo(1);
    assertThat(kernel.touched()).containsExactly(Set.of("c", "b"));
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1, "c", 3));
  }

  @Test
  void whatIsMissingIsWhatTheKernelHasNotOrHasOtherwise() {
    kernel.refused.put("bad", "EINVAL: no such device");
    kernel.entries.put("there", 1);
    assertThat(reconciler.missing(Map.of("there", 1))).as("before a look").containsOnly("there");
    reconciler.want(1, Map.of("bad", 1, "good", 2));
    reconciler.run(0);
    assertThat(reconciler.missing(Map.of("bad", 1, "good", 2, "later", 3)))
        .containsExactlyInAnyOrder("bad", "later");
    assertThat(reconciler.missing(Map.of("good", 3))).containsOnly("good");
  }

  @Test
  void aHoldAddsAndReplacesButDeletesNothingUntilItsLastReasonIsGone() {
    kernel.entries.putAll(Map.of("old", 1, "kept", 1));
    reconciler = reconciler(SETTINGS, "api", "bgp");
    reconciler.want(1, Map.of("new", 1, "kept", 2));
    reconciler.run(0);
    assertThat(kernel.entries).isEqualTo(Map.of("old", 1, "kept", 2, "new", 1));
    assertThat(reconciler.status().heldRemovals()).isEqualTo(1);
    assertThat(reconciler.status().holds()).containsExactlyInAnyOrder("api", "bgp");
    assertThat(reconciler.status().inSync()).isTrue();
    reconciler.release("bgp");
    reconciler.run(1);
    assertThat(kernel.entries).containsKey("old");
    reconciler.release("api");
    reconciler.run(2);
    assertThat(kernel.entries).isEqualTo(Map.of("kept", 2, "new", 1));
    assertThat(reconciler.status().heldRemovals()).isZero();
  }

  @Test
  void aHeldItemThatIsWantedAgainIsNotRemovedLater() {
    reconciler = reconciler(SETTINGS, "api");
    kernel.entries.put("a", 1);
    reconciler.run(0);
    reconciler.change(1, Map.of("a", 1), Set.of());
    reconciler.run(1);
    reconciler.release("api");
    reconciler.run(2);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1));
    assertThat(kernel.batches).isEmpty();
  }

  @Test
  void aHeldItemThatGoesByItselfIsForgotten() {
    reconciler = reconciler(SETTINGS, "api");
    kernel.entries.put("a", 1);
    reconciler.run(0);
    kernel.entries.clear();
    reconciler.observed("a", Optional.empty());
    assertThat(reconciler.status().heldRemovals()).isZero();
    reconciler.release("api");
    reconciler.run(1);
    assertThat(kernel.batches).isEmpty();
  }

  @Test
  void aRefusedItemIsTriedAgainWithBackoffAndTheBatchGoesOn() {
    kernel.refused.put("bad", "EINVAL: no such device");
    reconciler.want(1, Map.of("bad", 1, "good", 1));
    assertThat(reconciler.run(0)).isEqualTo(50 * MS);
    assertThat(kernel.entries).containsOnlyKeys("good");
    assertThat(reconciler.status().failing())
        .containsExactly(
            new ReconcileStatus.Failing<>("bad", "EINVAL: no such device", 1, 50 * MS));
    assertThat(reconciler.run(49 * MS)).isEqualTo(50 * MS);
    assertThat(kernel.batches).hasSize(1);
    assertThat(reconciler.run(50 * MS)).isEqualTo(150 * MS);
    assertThat(reconciler.run(150 * MS)).isEqualTo(350 * MS);
    assertThat(reconciler.run(350 * MS)).isEqualTo(750 * MS);
    assertThat(reconciler.run(750 * MS)).isEqualTo(1150 * MS);
    kernel.refused.clear();
    reconciler.run(1150 * MS);
    assertThat(kernel.entries).containsKey("bad");
    assertThat(reconciler.status().inSync()).isTrue();
  }

  @Test
  void aRefusedItemThatIsWantedOtherwiseIsTriedAtOnce() {
    kernel.refused.put("a", "EINVAL");
    reconciler.want(1, Map.of("a", 1));
    reconciler.run(0);
    kernel.refused.clear();
    reconciler.change(2, Map.of("a", 2), Set.of());
    reconciler.run(1);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 2));
  }

  @Test
  void anItemWithoutAResultCountsAsRefused() {
    kernel.silent.add("a");
    reconciler.want(1, Map.of("a", 1));
    reconciler.run(0);
    assertThat(reconciler.status().failing())
        .extracting(ReconcileStatus.Failing::reason)
        .containsExactly("the target gave no result");
  }

  @Test
  void aTargetThatThrowsLeavesADumpDueAndLosesNothing() {
    kernel.entries.put("gone", 1);
    reconciler.want(1, Map.of("a", 1, "b", 2));
    kernel.failOnce(new IllegalStateException("socket closed"), 1);
    // The first failure meets the apply: a dump has no items before it.
    assertThatThrownBy(() -> reconciler.run(0)).hasMessage("socket closed");
    assertThat(reconciler.reached(1)).isInstanceOf(Reached.NotYet.class);
    reconciler.run(1);
    assertThat(kernel.dumps).isEqualTo(2);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(reconciler.reached(1)).isInstanceOf(Reached.Yes.class);
  }

  @Test
  void aDumpThatThrowsIsDoneAgain() {
    reconciler.want(1, Map.of("a", 1));
    kernel.failOnce(new IllegalStateException("no socket"), 0);
    assertThatThrownBy(() -> reconciler.run(0)).hasMessage("no socket");
    assertThat(kernel.batches).isEmpty();
    reconciler.run(1);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1));
  }

  @Test
  void anEventThatDiffersIsRepairedAndOneThatAgreesIsNot() {
    reconciler.want(1, Map.of("a", 1));
    reconciler.run(0);
    reconciler.observed("a", Optional.of(1));
    reconciler.run(1);
    assertThat(kernel.batches).hasSize(1);
    kernel.entries.remove("a");
    reconciler.observed("a", Optional.empty());
    reconciler.run(2);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1));
    kernel.entries.put("stranger", 9);
    reconciler.observed("stranger", Optional.of(9));
    reconciler.run(3);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1));
    assertThat(reconciler.status().repaired()).isEqualTo(2);
  }

  @Test
  void aResyncFindsWhatNoEventTold() {
    reconciler.want(1, Map.of("a", 1));
    reconciler.run(0);
    kernel.entries.put("a", 7);
    reconciler.run(1);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 7));
    reconciler.resync();
    reconciler.run(2);
    assertThat(kernel.entries).isEqualTo(Map.of("a", 1));
    assertThat(reconciler.status().resyncs()).isEqualTo(2);
    assertThat(reconciler.status().repaired()).isEqualTo(1);
  }

  @Test
  void resyncsComeByTheTimerGiveOrTakeATenth() {
    long due = reconciler.run(0);
    assertThat(due).isBetween(81_000 * MS, 99_000 * MS);
    reconciler.run(due - 1);
    assertThat(kernel.dumps).isEqualTo(1);
    reconciler.run(due);
    assertThat(kernel.dumps).isEqualTo(2);
  }

  @Test
  void batchesAreNoLargerThanABurstAndTheRateHolds() {
    reconciler =
        reconciler(new ReconcilerSettings(SETTINGS.resync(), SETTINGS.backoff(), 1_000, 100));
    reconciler.want(1, numbers(250));
    long due = reconciler.run(0);
    assertThat(kernel.entries).hasSize(100);
    assertThat(due).isEqualTo(MS);
    assertThat(reconciler.status().pending()).isEqualTo(150);
    reconciler.run(50 * MS);
    assertThat(kernel.entries).hasSize(150);
    reconciler.run(150 * MS);
    assertThat(kernel.entries).hasSize(250);
  }

  @Test
  void whatNeedsNothingCostsNoRate() {
    reconciler = reconciler(new ReconcilerSettings(SETTINGS.resync(), SETTINGS.backoff(), 1, 2));
    kernel.entries.putAll(numbers(100));
    reconciler.run(0); // removes two, and keeps no token
    assertThat(kernel.entries).hasSize(98);
    reconciler.want(1, Map.copyOf(kernel.entries));
    reconciler.run(1);
    assertThat(kernel.batches).hasSize(1);
    assertThat(reconciler.status().inSync()).isTrue();
  }

  @Test
  void urgentItemsPassFirstInABatchOfTheirOwnBesideTheRate() {
    reconciler =
        reconciler(new ReconcilerSettings(SETTINGS.resync(), SETTINGS.backoff(), 1_000, 100));
    reconciler.run(0);
    var all = new LinkedHashMap<>(numbers(300));
    all.put("urgent", 1);
    reconciler.want(1, all);
    reconciler.hurry(Set.of("urgent", "unknown"));
    reconciler.run(1);
    assertThat(kernel.touched().getFirst()).containsExactly("urgent");
    assertThat(kernel.entries).hasSize(101).containsKey("urgent");
    reconciler.change(2, Map.of(), Set.of("urgent"));
    reconciler.hurry(Set.of("urgent"));
    reconciler.run(2);
    assertThat(kernel.entries).hasSize(100).doesNotContainKey("urgent");
  }

  @Test
  void anUrgentItemThatIsRefusedWaitsLikeAnyOther() {
    reconciler.run(0);
    kernel.refused.put("a", "EBUSY");
    reconciler.want(1, Map.of("a", 1));
    reconciler.hurry(Set.of("a"));
    assertThat(reconciler.run(1)).isEqualTo(1 + 50 * MS);
    assertThat(kernel.batches).hasSize(1);
  }

  @Test
  void anUrgentItemStaysUrgentWhenTheTargetThrows() {
    reconciler.run(0);
    reconciler.want(1, Map.of("a", 1, "b", 1));
    reconciler.hurry(Set.of("b"));
    kernel.failOnce(new IllegalStateException("gone"), 1);
    assertThatThrownBy(() -> reconciler.run(1)).hasMessage("gone");
    kernel.entries.clear();
    kernel.batches.clear();
    reconciler.run(2);
    assertThat(kernel.touched()).containsExactly(Set.of("b"), Set.of("a"));
  }

  @Test
  void reachedTellsWhatIsMissing() {
    reconciler.want(1, Map.of("a", 1));
    assertThat(reconciler.reached(1)).isEqualTo(new Reached.NotYet<String>());
    reconciler.run(0);
    assertThat(reconciler.reached(1)).isEqualTo(new Reached.Yes<String>());
    assertThat(reconciler.reached(2)).isEqualTo(new Reached.NotYet<String>());
    kernel.refused.put("b", "EINVAL");
    reconciler.change(2, Map.of("b", 1), Set.of());
    reconciler.run(1);
    assertThat(reconciler.reached(2)).isEqualTo(new Reached.Refused<>("b", "EINVAL"));
    assertThat(reconciler.reached(1)).isEqualTo(new Reached.Yes<String>());
  }

  @Test
  void whoWaitsForHisOwnItemsIsNotHeldUpByOthers() {
    kernel.refused.put("bad", "EINVAL");
    reconciler.want(1, Map.of("bad", 1));
    reconciler.run(0);
    reconciler.change(2, Map.of("pod", 1), Set.of());
    assertThat(reconciler.reached(2, Set.of("pod"))).isEqualTo(new Reached.NotYet<String>());
    reconciler.run(1);
    assertThat(reconciler.reached(2)).isEqualTo(new Reached.Refused<>("bad", "EINVAL"));
    assertThat(reconciler.reached(2, Set.of("pod"))).isEqualTo(new Reached.Yes<String>());
    assertThat(reconciler.reached(3, Set.of("pod"))).isEqualTo(new Reached.NotYet<String>());
  }

  @Test
  void aBulkTargetTellsEverythingOnceAndThenOnlyWhatChanged() {
    kernel.entries.putAll(numbers(100));
    var target = new InMemoryBulkTarget<>(kernel);
    reconciler = new Reconciler<>(target, SETTINGS, new Hold(Set.of()), new Random(1), 0);
    reconciler.want(1, numbers(100));
    reconciler.run(0);
    assertThat(target.toldByLooks).isEqualTo(100);
    kernel.entries.remove("n1");
    kernel.entries.put("n2", 7);
    kernel.entries.put("stranger", 7);
    reconciler.resync();
    reconciler.run(1);
    assertThat(target.toldByLooks).isEqualTo(102);
    assertThat(kernel.entries).isEqualTo(numbers(100));
    assertThat(reconciler.status().repaired()).isEqualTo(3);
    kernel.failOnce(new IllegalStateException("socket closed"), 1);
    reconciler.change(2, Map.of("new", 1), Set.of());
    assertThatThrownBy(() -> reconciler.run(2)).hasMessage("socket closed");
    reconciler.run(3);
    assertThat(target.toldByLooks).as("what was done is not known").isEqualTo(203);
    assertThat(reconciler.status().inSync()).isTrue();
  }

  @Test
  void whatWaitsAndWhatIsTriedAgainAreDoneTogether() {
    kernel.refused.put("chain", "busy");
    reconciler.want(1, Map.of("chain", 1));
    reconciler.run(0);
    kernel.batches.clear();
    reconciler.change(2, Map.of("set", 1), Set.of());
    reconciler.run(1000 * MS);
    assertThat(kernel.touched()).containsExactly(Set.of("chain", "set"));
  }

  @Test
  void aBulkTargetIsATargetToo() {
    kernel.entries.putAll(Map.of("a", 1, "b", 2));
    kernel.refused.put("bad", "EINVAL");
    Target<String, Integer> target = new InMemoryBulkTarget<>(kernel);
    assertThat(target.dump()).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(target.apply(new Diff<>(Map.of("bad", 1), Set.of("a"))))
        .containsExactlyInAnyOrder(
            new ItemResult.Failed<>("bad", "EINVAL"), new ItemResult.Done<>("a"));
    assertThat(target.dump()).isEqualTo(Map.of("b", 2));
  }

  @Test
  void resultsForItemsThatWereNotAskedForAreIgnored() {
    var chatty =
        new Target<String, Integer>() {
          @Override
          public Map<String, Integer> dump() {
            return Map.of("a", 1);
          }

          @Override
          public List<ItemResult<String>> apply(Diff<String, Integer> diff) {
            return List.of(
                new ItemResult.Done<>("a"),
                new ItemResult.Done<>("b"),
                new ItemResult.Failed<>("b", "twice"));
          }
        };
    var other = new Reconciler<>(chatty, SETTINGS, new Hold(Set.of()), new Random(1), 0);
    other.want(1, Map.of("a", 1, "b", 1));
    other.run(0);
    assertThat(other.status().inSync()).isTrue();
    assertThat(other.status().actual()).isEqualTo(2);
  }

  static Map<String, Integer> numbers(int count) {
    var numbers = new LinkedHashMap<String, Integer>();
    IntStream.range(0, count).forEach(i -> numbers.put("n" + i, i));
    return numbers;
  }

  private Reconciler<String, Integer> reconciler(ReconcilerSettings settings, String... holds) {
    return new Reconciler<>(kernel, settings, new Hold(Set.of(holds)), new Random(1), 0);
  }
}
