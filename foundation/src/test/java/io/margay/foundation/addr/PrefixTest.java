package io.margay.foundation.addr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixTest {
  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, 10.0.0.0/8",
    "0.0.0.0/0, 0.0.0.0/0",
    "10.0.0.1/32, 10.0.0.1/32",
    "fd00::1/64, fd00::/64",
    "::/0, ::/0",
    "fd00::1/128, fd00::1/128",
  })
  void hostBitsAreCleared(String text, String printed) {
    assertThat(Prefix.of(text)).hasToString(printed);
    assertThat(InterfaceAddress.of(text)).hasToString(text);
    assertThat(InterfaceAddress.of(text).network()).isEqualTo(Prefix.of(printed));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/8 ",
        "10.0.0.0/8/8",
        "10.0.0.0/1000",
        "10.0.0/8",
        "fd00::/129",
        "fd00::/9999999999",
        "10.0.0.0/255.0.0.0",
      })
  void whatIsNoCidrIsNotRead(String text) {
    assertThat(Prefix.parse(text)).isEmpty();
    assertThat(InterfaceAddress.parse(text)).isEmpty();
    assertThatThrownBy(() -> Prefix.of(text)).hasMessage("not a CIDR: \"" + text + "\"");
  }

  @Test
  void hostBitsAndLengthsAreChecked() {
    assertThatThrownBy(() -> new Prefix(Ip.of("10.0.0.1"), 24))
        .hasMessage("10.0.0.1/24 has host bits set");
    assertThatThrownBy(() -> new Prefix(Ip.of("10.0.0.1"), 33))
        .hasMessage("prefix length 33 of 10.0.0.1");
    assertThatThrownBy(() -> new InterfaceAddress(Ip.of("10.0.0.1"), -1))
        .hasMessage("prefix length -1 of 10.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "0.0.0.0/0, 200.0.0.1, true",
    "0.0.0.0/0, ::, false",
    "::/0, 10.0.0.1, false",
    "fd00::/64, fd00::ffff:ffff:ffff:ffff, true",
    "fd00::/64, fd00:0:0:1::, false",
  })
  void containsAnAddress(String prefix, String ip, boolean contained) {
    assertThat(Prefix.of(prefix).contains(Ip.of(ip))).isEqualTo(contained);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.0.0/16, true, true",
    "10.1.0.0/16, 10.0.0.0/8, false, true",
    "10.0.0.0/8, 10.0.0.0/8, true, true",
    "10.0.0.0/8, 11.0.0.0/8, false, false",
    "0.0.0.0/0, ::/0, false, false",
  })
  void containsAndOverlapsANetwork(String a, String b, boolean contains, boolean overlaps) {
    assertThat(Prefix.of(a).contains(Prefix.of(b))).isEqualTo(contains);
    assertThat(Prefix.of(a).overlaps(Prefix.of(b))).isEqualTo(overlaps);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/26, 64",
    "10.0.0.0/32, 1",
    "0.0.0.0/0, 4294967296",
    "fd00::/122, 64",
    "fd00::/66, 4611686018427387904",
    "fd00::/65, 9223372036854775807",
    "::/0, 9223372036854775807",
  })
  void sizeStopsWhereALongDoes(String prefix, long size) {
    assertThat(Prefix.of(prefix).size()).isEqualTo(size);
  }

  @Test
  void prefixesAreOrderedByAddressThenLength() {
    assertThat(
            Stream.of("fd00::/8", "10.0.0.0/16", "10.0.0.0/8", "9.0.0.0/8")
                .map(Prefix::of)
                .sorted()
                .map(Prefix::toString))
        .containsExactly("9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "fd00::/8");
  }

  @Test
  void aHostIsItsOwnPrefix() {
    assertThat(Ip.of("10.0.0.1").asPrefix()).isEqualTo(Prefix.of("10.0.0.1/32"));
    assertThat(Ip.of("fd00::1").asPrefix().isHost()).isTrue();
    assertThat(Prefix.ALL_IPV4.isHost()).isFalse();
  }
}
