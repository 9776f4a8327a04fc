package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionReporterTest {
  @ParameterizedTest
  @CsvSource({"0, 0s", "59, 59s", "60, 1m0s", "3599, 59m59s", "11520, 3h12m0s", "90061, 25h1m1s"})
  void durationsAreShort(long seconds, String expected) {
    assertThat(SessionReporter.text(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }
}
