package io.margay.foundation.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
  @ParameterizedTest
  @CsvSource({"1, 50", "2, 100", "3, 200", "4, 400", "5, 500", "6, 500", "1000000, 500"})
  void waitingDoublesUpToTheLongest(int failures, long millis) {
    var backoff = new Backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    assertThat(backoff.nanosAfter(failures)).isEqualTo(millis * 1_000_000);
  }

  @Test
  void aBackoffThatCannotWaitIsRefused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
        .hasMessage("back-off from PT0S to PT1S");
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("back-off from PT2S to PT1S");
  }

  @Test
  void aBucketGivesABurstAndThenTheRate() {
    var bucket = new TokenBucket(1_000, 10, 0);
    assertThat(bucket.take(25, 0)).isEqualTo(10);
    assertThat(bucket.take(1, 0)).isZero();
    assertThat(bucket.nanosToNext(0)).isEqualTo(1_000_000);
    assertThat(bucket.nanosToNext(250_000)).isEqualTo(750_000);
    assertThat(bucket.take(9, 5_000_000)).isEqualTo(5);
    assertThat(bucket.take(100, 60_000_000_000L)).isEqualTo(10);
    assertThat(bucket.take(0, 60_000_000_000L)).isZero();
  }

  @Test
  void aBucketWithoutRateOrRoomIsRefused() {
    assertThatThrownBy(() -> new TokenBucket(0, 1, 0)).hasMessage("0.0 a second, burst 1.0");
    assertThatThrownBy(() -> new TokenBucket(1, 0.5, 0)).hasMessage("1.0 a second, burst 0.5");
  }

  @Test
  void aHoldEndsWithItsLastReasonAndOnlyOnce() {
    var hold = new Hold(Set.of("api", "bgp"));
    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.release("unknown")).isFalse();
    assertThat(hold.release("api")).isFalse();
    assertThat(hold.reasons()).containsExactly("bgp");
    assertThat(hold.release("bgp")).isTrue();
    assertThat(hold.release("bgp")).isFalse();
    assertThat(hold.isHeld()).isFalse();
    assertThat(new Hold(Set.of()).isHeld()).isFalse();
  }
}
