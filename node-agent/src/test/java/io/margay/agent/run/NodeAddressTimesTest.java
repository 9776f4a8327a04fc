package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeAddressTimesTest {
  private static final Duration TICK = Duration.ofMillis(10);

  private final VirtualTime time = new VirtualTime();
  private final NodeAddressTimes times = new NodeAddressTimes(Duration.ofSeconds(60), time.nanos());

  private long seconds() {
    return Duration.ofNanos(time.nanos()).toSeconds();
  }

  private boolean isDue(boolean replaced) {
    return times.untilDue(replaced, time.nanos()) <= 0;
  }

  /** Asks at each tick, as if each told of a change. */
  private int attempts(Duration span, boolean replaced, boolean done) {
    int attempts = 0;
    for (long end = time.nanos() + span.toNanos(); time.nanos() < end; time.advance(TICK)) {
      if (isDue(replaced)) {
        times.attempted(done, time.nanos());
        attempts++;
      }
    }
    return attempts;
  }

  @Test
  void changesWithoutEndDoNotPutTheIntervalOff() {
    assertThat(attempts(Duration.ofMinutes(1), false, true)).isZero();
    assertThat(isDue(false)).isTrue();
    assertThat(attempts(Duration.ofMinutes(3), false, true)).isEqualTo(3);
  }

  @Test
  void aReplacedAddressIsLookedForAtOnceAndThenOnceASecond() {
    assertThat(isDue(true)).isTrue();
    assertThat(attempts(Duration.ofSeconds(10), true, true)).isEqualTo(10);
    assertThat(attempts(Duration.ofSeconds(10), true, false)).isEqualTo(10);
  }

  @Test
  void theIntervalBeginsAnewWithAnAttempt() {
    time.advance(Duration.ofSeconds(50));
    times.attempted(true, time.nanos());
    assertThat(times.untilDue(false, time.nanos())).isEqualTo(60_000_000_000L);
  }

  @Test
  void whatFailsIsTriedAgainAfterASecond() {
    time.advance(Duration.ofSeconds(60));
    assertThat(attempts(Duration.ofSeconds(5), false, false)).isEqualTo(5);
    assertThat(seconds()).isEqualTo(65);
    assertThat(attempts(Duration.ofSeconds(30), false, true)).isOne();
  }

  @Test
  void whatFailsForAReplacedAddressIsNotTriedAgainOnceItIsBack() {
    assertThat(attempts(TICK, true, false)).isOne();
    assertThat(attempts(Duration.ofSeconds(59), false, false)).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(isDue(false)).isTrue();
  }
}
