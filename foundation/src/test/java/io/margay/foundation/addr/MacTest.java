package io.margay.foundation.addr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MacTest {
  @ParameterizedTest
  @CsvSource({
    "ee:ee:ee:ee:ee:ee, ee:ee:ee:ee:ee:ee",
    "02:00:00:0A:bC:01, 02:00:00:0a:bc:01",
    "00:00:00:00:00:00, 00:00:00:00:00:00",
  })
  void isPrintedInLowerCase(String text, String printed) {
    assertThat(Mac.of(text)).hasToString(printed);
    assertThat(Mac.ofBytes(Mac.of(text).toBytes(), 0)).isEqualTo(Mac.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ee:ee:ee:ee:ee",
        "ee:ee:ee:ee:ee:ee:ee",
        "ee-ee-ee-ee-ee-ee",
        "eeee:ee:ee:ee:e",
        "gg:ee:ee:ee:ee:ee",
        "ee:ee:ee:ee:ee:e",
      })
  void anythingElseIsNotRead(String text) {
    assertThat(Mac.parse(text)).isEmpty();
  }

  @Test
  void moreThan48BitsAreRefused() {
    assertThatThrownBy(() -> new Mac(1L << 48)).hasMessage("more than 48 bits: 1000000000000");
  }
}
