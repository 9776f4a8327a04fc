package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4271, 6.7: how near a peer is to its limit, told once a rise. */
class PrefixGuardTest {
  private static final PrefixLimit TEN = new PrefixLimit(10, 75, new PrefixLimit.Action.Warn());

  @ParameterizedTest
  @CsvSource({
    "0, FINE, false",
    "6, FINE, false",
    "7, NEAR, true",
    "10, NEAR, true",
    "11, OVER, true"
  })
  void theLevelIsThatOfTheNumber(int routes, PrefixGuard.Level level, boolean told) {
    var guard = new PrefixGuard();
    assertThat(guard.rises(Family.IPV4, routes, TEN)).isEqualTo(told);
    assertThat(guard.level(Family.IPV4)).isEqualTo(level);
    assertThat(guard.level(Family.IPV6)).isEqualTo(PrefixGuard.Level.FINE);
  }

  @Test
  void itIsToldOnceUntilItWasLower() {
    var guard = new PrefixGuard();
    assertThat(guard.rises(Family.IPV4, 8, TEN)).isTrue();
    assertThat(guard.rises(Family.IPV4, 9, TEN)).isFalse();
    assertThat(guard.rises(Family.IPV4, 12, TEN)).isTrue();
    assertThat(guard.rises(Family.IPV4, 8, TEN)).isFalse();
    assertThat(guard.rises(Family.IPV4, 12, TEN)).isTrue();
    assertThat(guard.rises(Family.IPV4, 2, TEN)).isFalse();
    assertThat(guard.rises(Family.IPV4, 8, TEN)).isTrue();
    guard.reset();
    assertThat(guard.rises(Family.IPV4, 8, TEN)).isTrue();
  }

  @Test
  void aLimitIsAtLeastOneRoute() {
    var warn = new PrefixLimit.Action.Warn();
    assertThat(new PrefixLimit(1, 1, warn).warningAt()).isEqualTo(1);
    assertThat(new PrefixLimit(Integer.MAX_VALUE, 100, warn).warningAt())
        .isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> new PrefixLimit(0, 75, warn))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PrefixLimit(1, 101, warn))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
