package io.margay.bgp.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "*, '', true",
    "cali*, cali12345, true",
    "cali*, eth0, false",
    "*.cali, vxlan.cali, true",
    "*.cali, vxlan.calico, false",
    "bpf*.cali, bpfin.cali, true",
    "eth?, eth0, true",
    "eth?, eth, false",
    "a*b*c, axxbyyc, true",
    "a*b*c, axxbyy, false",
    "a.c, abc, false"
  })
  void matchesAsAShellDoes(String pattern, String text, boolean expected) {
    assertThat(Glob.matches(pattern, text)).isEqualTo(expected);
  }
}
