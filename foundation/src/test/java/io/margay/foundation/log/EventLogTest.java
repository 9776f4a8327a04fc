package io.margay.foundation.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLogTest {
  @Test
  void anEventIsOneLineOfPairs() {
    assertThat(EventLog.line("bgp.session.up", "peer", "10.0.0.7", "routes", 12))
        .isEqualTo("bgp.session.up peer=10.0.0.7 routes=12");
    assertThat(EventLog.line("start")).isEqualTo("start");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "`two words`, `\"two words\"`",
        "``, `\"\"`",
        "`a=b`, `\"a=b\"`",
        "`say \"no\"`, `\"say \\\"no\\\"\"`",
        "`back\\slash`, `\"back\\\\slash\"`",
        "fd00::1/64, fd00::1/64",
        "größer, größer",
      })
  void valuesAreQuotedWhereTheyWouldBreakTheLine(String value, String printed) {
    assertThat(EventLog.line("e", "k", value)).isEqualTo("e k=" + printed);
  }

  @Test
  void noValueMakesASecondLine() {
    assertThat(EventLog.line("e", "k", "a\nb\r\tc\u0001")).isEqualTo("e k=\"a\\nb\\r\\tc\\u0001\"");
  }

  @Test
  void nullsAndAKeyWithoutAValueDoNoHarm() {
    assertThat(EventLog.line("e", "k", null, "lonely")).isEqualTo("e k=null");
  }
}
