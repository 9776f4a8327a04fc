package io.margay.foundation.reconcile;

import static io.margay.foundation.reconcile.ReconcilerTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Answers of a target that gives them one by one while it works. */
class BatchTest {
  private final Table table = new Table();
  private final Reconciler<String, String> reconciler =
      new Reconciler<>(table, SETTINGS, new Hold(Set.of()), new Random(1), 0);

  @Test
  void anAnsweredItemIsAsWantedAtOnce() {
    table.work =
        batch -> {
          batch.done(0);
          assertThat(reconciler.status().applied()).isEqualTo(1);
          batch.refused(1, "ENOMEM");
          assertThat(reconciler.status().failing()).hasSize(1);
        };
    reconciler.want(1, Map.of("a", "x", "b", "x"));
    reconciler.run(0);
    assertThat(reconciler.status().actual()).isEqualTo(1);
  }

  @Test
  void onlyTheFirstAnswerCounts() {
    table.work =
        batch -> {
          batch.done(0);
          batch.refused(0, "late");
          batch.done(0, "x");
          batch.refused(1, "first");
          batch.done(1);
          batch.done(1, "x");
        };
    reconciler.want(1, Map.of("a", "x", "b", "x"));
    reconciler.run(0);
    assertThat(reconciler.status().applied()).isEqualTo(1);
    assertThat(reconciler.status().failing())
        .extracting(ReconcileStatus.Failing::reason)
        .containsExactly("first");
  }

  @Test
  void anItemWithoutAnAnswerIsRefused() {
    table.work = batch -> batch.done(1);
    reconciler.want(1, Map.of("a", "x", "b", "x", "c", "x"));
    reconciler.run(0);
    assertThat(reconciler.status().failing())
        .extracting(ReconcileStatus.Failing::reason)
        .containsExactly("the target gave no result", "the target gave no result");
  }

  @Test
  void aValueOfTheTargetsIsHeldInPlaceOfAnEqualOne() {
    String own = "not x".substring(4);
    table.work = batch -> batch.done(0, own);
    reconciler.want(1, Map.of("a", "x"));
    reconciler.run(0);
    table.work = batch -> assertThat(batch.value(0)).isSameAs(own);
    table.found = Found.changes(Map.of(), Set.of("a"));
    reconciler.resync();
    reconciler.run(1);
    assertThat(table.batches).isEqualTo(2);
  }

  @Test
  void whatWasAnsweredBeforeATargetThrewIsLookedAtAgain() {
    table.work =
        batch -> {
          batch.done(0);
          throw new IllegalStateException("socket is gone");
        };
    reconciler.want(1, Map.of("a", "x", "b", "x"));
    assertThatThrownBy(() -> reconciler.run(0)).hasMessage("socket is gone");
    assertThat(reconciler.reached(1)).isInstanceOf(Reached.NotYet.class);
    // The kernel did the other one before the socket broke.
    String done = table.first;
    String other = done.equals("a") ? "b" : "a";
    table.found = Found.everything(Map.of(other, "x"));
    table.work =
        batch -> {
          assertThat(batch.size()).isEqualTo(1);
          assertThat(batch.key(0)).isEqualTo(done);
          batch.done(0);
        };
    reconciler.run(1);
    assertThat(reconciler.reached(1)).isInstanceOf(Reached.Yes.class);
  }

  /** Does with a batch what it is told. */
  private static final class Table implements BulkTarget<String, String> {
    Found<String, String> found = Found.everything(new HashMap<>());
    Consumer<Batch<String, String>> work = _ -> {};
    String first = "";
    int batches;

    @Override
    public Found<String, String> look(boolean whole) {
      return found;
    }

    @Override
    public void apply(Batch<String, String> batch) {
      batches++;
      first = batch.key(0);
      work.accept(batch);
    }
  }
}
