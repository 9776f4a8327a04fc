package io.margay.foundation.reconcile;

import static io.margay.foundation.reconcile.ReconcilerTest.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens by the way: in the end there is what is wanted. */
class ReconcilerPropertyTest {
  private static final long MS = 1_000_000;

  private final InMemoryTarget<String, Integer> kernel = new InMemoryTarget<>();
  private Reconciler<String, Integer> reconciler =
      new Reconciler<>(kernel, SETTINGS, new Hold(Set.of("api")), new Random(1), 0);
  private Optional<InMemoryBulkTarget<String, Integer>> bulk = Optional.empty();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void fromAnyActualItReachesWhatIsDesired(long seed) {
    reachesWhatIsDesired(seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void soItDoesWhenItIsToldOnlyWhatChanges(long seed) {
    bulk = Optional.of(new InMemoryBulkTarget<>(kernel));
    bulk.get().answersLate = seed % 2 == 0;
    int slice = 1 + (int) seed % 4;
    reconciler =
        new Reconciler<>(bulk.get(), SETTINGS, new Hold(Set.of("api")), new Random(1), 0, slice);
    reachesWhatIsDesired(seed);
  }

  private void reachesWhatIsDesired(long seed) {
    var random = new Random(seed);
    randomEntries(random).forEach(kernel.entries::put);
    Map<String, Integer> desired = Map.of();
    long now = 0;
    for (int step = 1; step <= 400; step++) {
      now += random.nextInt(60) * MS;
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          desired = randomEntries(random);
          reconciler.want(step, desired);
        }
        case 2, 3 -> desired = change(random, desired, step);
        case 4 -> disturb(random);
        case 5 -> refuse(random);
        case 6 -> kernel.failOnce(new IllegalStateException("broken"), random.nextInt(5));
        default -> hurryOrRelease(random, step);
      }
      runAnyhow(now);
    }
    kernel.refused.clear();
    kernel.silent.clear();
    reconciler.release("api");
    reconciler.resync();
    runAnyhow(now);
    for (int i = 0; i < 10; i++) {
      now += 400 * MS;
      runAnyhow(now);
    }
    assertThat(kernel.entries).as("seed %d", seed).isEqualTo(desired);
    assertThat(reconciler.status().inSync()).as("seed %d", seed).isTrue();
    assertThat(reconciler.reached(reconciler.status().version())).isEqualTo(new Reached.Yes<>());
  }

  private Map<String, Integer> change(Random random, Map<String, Integer> desired, int step) {
    var after = new HashMap<>(desired);
    Map<String, Integer> put = random.nextBoolean() ? Map.of(key(random), step) : Map.of();
    Set<String> remove = put.isEmpty() ? Set.of(key(random)) : Set.of();
    after.putAll(put);
    after.keySet().removeAll(remove);
    reconciler.change(step, put, remove);
    return after;
  }

  /** Somebody changes the kernel; an event tells of it, or is lost. */
  private void disturb(Random random) {
    String key = key(random);
    Optional<Integer> value =
        random.nextBoolean() ? Optional.of(random.nextInt(3)) : Optional.empty();
    value.ifPresentOrElse(v -> kernel.entries.put(key, v), () -> kernel.entries.remove(key));
    if (random.nextInt(4) > 0) {
      reconciler.observed(key, value);
      bulk.ifPresent(target -> target.observed(key, value));
    }
  }

  private void refuse(Random random) {
    kernel.refused.clear();
    kernel.silent.clear();
    kernel.refused.put(key(random), "EINVAL");
    kernel.silent.add(key(random));
  }

  private void hurryOrRelease(Random random, int step) {
    reconciler.hurry(Set.of(key(random)));
    if (step > 200) {
      reconciler.release("api");
    }
  }

  private void runAnyhow(long now) {
    try {
      assertThat(reconciler.run(now)).isGreaterThan(now);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("broken");
    }
  }

  private static String key(Random random) {
    return "k" + random.nextInt(20);
  }

  private static Map<String, Integer> randomEntries(Random random) {
    var entries = new HashMap<String, Integer>();
    for (int i = random.nextInt(15); i > 0; i--) {
      entries.put(key(random), random.nextInt(3));
    }
    return entries;
  }
}
