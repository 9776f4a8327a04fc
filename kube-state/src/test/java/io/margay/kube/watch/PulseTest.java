package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Pulse pulse = new Pulse(Pulse.Rhythm.DEFAULT, 0);

  @Test
  void isFeltEachHalfMinute() {
    assertThat(pulse.due(29 * SECOND)).isFalse();
    assertThat(pulse.due(30 * SECOND)).isTrue();
    assertThat(pulse.due(31 * SECOND)).as("one question at a time").isFalse();
    pulse.heard(32 * SECOND);
    assertThat(pulse.due(61 * SECOND)).isFalse();
    assertThat(pulse.due(62 * SECOND)).isTrue();
  }

  @Test
  void otherConnectionsAreTriedOnceASilenceAndThenSeldom() {
    assertThat(silent(1)).isTrue();
    for (int i = 2; i <= 10; i++) {
      assertThat(silent(i)).isFalse();
    }
    assertThat(silent(11)).isTrue();
    pulse.heard(12 * SECOND);
    assertThat(silent(13)).as("a new silence").isTrue();
  }

  @Test
  void timeMayHaveGoneAroundZero() {
    long start = Long.MAX_VALUE - SECOND;
    var late = new Pulse(Pulse.Rhythm.DEFAULT, start);
    assertThat(late.due(start + 29 * SECOND)).isFalse();
    assertThat(late.due(start + 30 * SECOND)).isTrue();
  }

  private boolean silent(int second) {
    return pulse.silent(second * SECOND);
  }
}
