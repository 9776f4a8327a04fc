package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteArenaTest {
  private static final long PAGE = 1 << 17;

  /** Where a run is, and what it says. */
  private static final class Run {
    final int start;
    final byte[] bytes;

    Run(int start, byte[] bytes) {
      this.start = start;
      this.bytes = bytes;
    }
  }

  private final ByteArena arena = new ByteArena();

  @Test
  void runsSayWhatTheySaidWhateverCameAndWent() {
    for (int seed = 0; seed < 4; seed++) {
      var random = new Random(seed);
      var runs = new ArrayList<Run>();
      for (int step = 0; step < 6000; step++) {
        if (random.nextInt(100) < (step / 1000 % 2 == 0 ? 70 : 30)) {
          runs.add(add(random, random.nextInt(3000)));
        } else if (!runs.isEmpty()) {
          remove(runs.remove(random.nextInt(runs.size())));
        }
      }
      runs.forEach(this::isThere);
      runs.forEach(this::remove);
    }
  }

  @Test
  void whatReplacesWhatGoesNeedsNoNewPages() {
    var random = new Random(1);
    Queue<Run> runs = new ArrayDeque<>();
    while (arena.bytes() < 10 * PAGE) {
      runs.add(add(random, 100));
    }
    for (int i = 0; i < 10 * PAGE / 100; i++) {
      remove(runs.remove());
      runs.add(add(random, 100));
    }
    assertThat(arena.bytes()).isLessThanOrEqualTo(12 * PAGE);
    runs.forEach(this::isThere);
  }

  @Test
  void pagesGoWithWhatWasInThem() {
    List<Run> runs = fill(100);
    runs.forEach(this::remove);
    assertThat(arena.bytes()).isLessThanOrEqualTo(9 * PAGE);
    assertThat(arena.isSparse()).isFalse();
    isThere(add(new Random(3), 50_000));
  }

  @Test
  void isSparseWhenLittleOfEachPageIsLeft() {
    List<Run> runs = fill(100);
    for (int i = 0; i < runs.size(); i++) {
      if (i % 10 != 0) {
        remove(runs.get(i));
      }
    }
    assertThat(arena.isSparse()).isTrue();
    assertThat(arena.bytes()).isGreaterThan(90 * PAGE);
  }

  @Test
  void aRunIsNoLongerThanAnUpdate() {
    isThere(add(new Random(4), ByteArena.MOST_BYTES));
    assertThatThrownBy(() -> arena.add(new byte[1 << 17], 0, ByteArena.MOST_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<Run> fill(int pages) {
    var random = new Random(2);
    var runs = new ArrayList<Run>();
    while (arena.bytes() < pages * PAGE) {
      runs.add(add(random, 10_000));
    }
    return runs;
  }

  private Run add(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    byte[] around = new byte[length + 3];
    System.arraycopy(bytes, 0, around, 2, length);
    return new Run(arena.add(around, 2, length), bytes);
  }

  private void remove(Run run) {
    isThere(run);
    arena.remove(run.start, run.bytes.length);
  }

  private void isThere(Run run) {
    int from = arena.from(run.start);
    byte[] page = arena.page(run.start);
    assertThat(Arrays.equals(page, from, from + run.bytes.length, run.bytes, 0, run.bytes.length))
        .isTrue();
  }
}
