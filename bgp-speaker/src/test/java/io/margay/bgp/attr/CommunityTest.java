package io.margay.bgp.attr;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommunityTest {
  @ParameterizedTest
  @ValueSource(strings = {"0:0", "65535:65281", "64512:100", "0:0:0", "4294967295:1:4294967295"})
  void isPrintedAsItIsRead(String text) {
    assertThat(AnyCommunity.parse(text)).get().hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1:",
        ":1",
        "65536:1",
        "1:65536",
        "-1:1",
        "1:2:3:4",
        "4294967296:0:0",
        "a:b"
      })
  void othersAreNone(String text) {
    assertThat(AnyCommunity.parse(text)).isEmpty();
  }

  @Test
  void wellKnownOnesHaveTheirNumbers() {
    assertThat(Community.parse("65535:65281")).contains(Community.NO_EXPORT);
    assertThat(Community.parse("65535:65282")).contains(Community.NO_ADVERTISE);
    assertThat(Community.parse("65535:65283")).contains(Community.NO_EXPORT_SUBCONFED);
  }
}
