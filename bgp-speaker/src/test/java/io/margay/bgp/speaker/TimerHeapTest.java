package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers in order of time, then of age, whatever is taken out between. */
class TimerHeapTest {
  private record Known(long at, int number, TimerHeap.Entry entry) {}

  @Test
  void ofEqualTimesTheOlderIsFirst() {
    var heap = new TimerHeap();
    var ran = new ArrayList<String>();
    heap.add(5, () -> ran.add("first"));
    heap.add(5, () -> ran.add("second"));
    heap.add(4, () -> ran.add("before"));
    assertThat(heap.next()).isEqualTo(4);
    runDue(heap, 5);
    assertThat(ran).containsExactly("before", "first", "second");
    assertThat(heap.isEmpty()).isTrue();
  }

  // System.nanoTime may pass from the greatest number to the least.
  @Test
  void timeMayWrapAround() {
    var heap = new TimerHeap();
    var ran = new ArrayList<String>();
    heap.add(Long.MIN_VALUE + 1, () -> ran.add("later"));
    heap.add(Long.MAX_VALUE, () -> ran.add("sooner"));
    assertThat(heap.next()).isEqualTo(Long.MAX_VALUE);
    runDue(heap, Long.MIN_VALUE);
    assertThat(ran).containsExactly("sooner");
  }

  @Test
  void whatRanOrWasTakenOutMayBeTakenOutAgain() {
    var heap = new TimerHeap();
    TimerHeap.Entry entry = heap.add(1, () -> {});
    heap.add(2, () -> {});
    assertThat(heap.takeDue(1)).isNotNull();
    heap.remove(entry);
    assertThat(heap.takeDue(1)).isNull();
    assertThat(heap.next()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void isAsAListThatIsSorted(long seed) {
    var chance = new SplittableRandom(seed);
    var heap = new TimerHeap();
    var known = new ArrayList<Known>();
    var ran = new ArrayList<Integer>();
    for (int i = 0; i < 5000; i++) {
      int number = i;
      long at = chance.nextLong(1000);
      switch (chance.nextInt(4)) {
        case 0, 1 -> known.add(new Known(at, number, heap.add(at, () -> ran.add(number))));
        case 2 -> {
          if (!known.isEmpty()) {
            heap.remove(known.remove(chance.nextInt(known.size())).entry());
          }
        }
        default -> {
          long now = chance.nextLong(1000);
          ran.clear();
          runDue(heap, now);
          assertThat(ran).as("seed %d, step %d", seed, i).isEqualTo(due(known, now));
          known.removeIf(k -> k.at <= now);
        }
      }
    }
  }

  private static List<Integer> due(List<Known> known, long now) {
    return known.stream()
        .filter(k -> k.at <= now)
        .sorted(Comparator.comparingLong(Known::at).thenComparingInt(Known::number))
        .map(Known::number)
        .toList();
  }

  private static void runDue(TimerHeap heap, long now) {
    for (Runnable task = heap.takeDue(now); task != null; task = heap.takeDue(now)) {
      task.run();
    }
  }
}
