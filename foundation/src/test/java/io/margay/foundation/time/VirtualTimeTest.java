package io.margay.foundation.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private final VirtualTime time = new VirtualTime();
  private final List<String> ran = new ArrayList<>();

  @Test
  void tasksRunInOrderOfTimeAndThenOfArrival() {
    at(20, "late");
    at(10, "first");
    at(10, "second");
    time.advance(Duration.ofMillis(10));
    assertThat(ran).containsExactly("first", "second");
    assertThat(time.isIdle()).isFalse();
    time.advance(Duration.ofMillis(10));
    assertThat(ran).containsExactly("first", "second", "late");
    assertThat(time.isIdle()).isTrue();
  }

  @Test
  void aTaskSeesItsOwnTimeAndWhatItSchedulesRunsInTheSameMove() {
    time.after(
        Duration.ofMillis(5),
        () -> {
          ran.add("at " + time.nanos());
          time.after(Duration.ofMillis(5), () -> ran.add("at " + time.nanos()));
          time.after(Duration.ofMillis(6), () -> ran.add("too late"));
        });
    time.advance(Duration.ofMillis(10));
    assertThat(ran).containsExactly("at 5000000", "at 10000000");
    assertThat(time.nanos()).isEqualTo(10_000_000);
  }

  @Test
  void aCancelledTaskDoesNotRunAndCancellingAgainDoesNothing() {
    Scheduler.Task task = at(1, "never");
    task.cancel();
    task.cancel();
    time.advance(Duration.ofSeconds(1));
    assertThat(ran).isEmpty();
    Scheduler.Task done = at(1, "once");
    time.advance(Duration.ofSeconds(1));
    done.cancel();
    assertThat(ran).containsExactly("once");
  }

  @Test
  void noDelayOrLessMeansNext() {
    at(0, "now");
    at(-5, "also now");
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now", "also now");
  }

  private Scheduler.Task at(int millis, String name) {
    return time.after(Duration.ofMillis(millis), () -> ran.add(name));
  }
}
