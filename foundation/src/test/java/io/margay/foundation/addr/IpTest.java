package io.margay.foundation.addr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTest {
  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "127.0.0.1", "192.168.1.254", "255.255.255.255"})
  void ipv4IsPrintedAsItWasRead(String text) {
    assertThat(Ip.of(text)).isInstanceOf(Ip4.class).hasToString(text);
  }

  // RFC 5952, 4 and 5.
  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "fd00:0:0:0:0:0:0:1, fd00::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:DB8::AbCd, 2001:db8::abcd",
    "2001:0db8:0001::, 2001:db8:1::",
    "0:0:1::, 0:0:1::",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:10.0.0.1, ::ffff:10.0.0.1",
    "::ffff:a00:1, ::ffff:10.0.0.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
  })
  void ipv6IsPrintedInOneForm(String text, String printed) {
    assertThat(Ip.of(text)).isInstanceOf(Ip6.class).hasToString(printed);
    assertThat(Ip.of(printed)).isEqualTo(Ip.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10",
        "10.0.0",
        "10.0.0.",
        ".10.0.0.1",
        "10..0.1",
        "10.0.0.0.1",
        "10.0.0.256",
        "10.0.0.01",
        "10.0.0.1 ",
        "+10.0.0.1",
        "10.0.0.-1",
        "0x0a.0.0.1",
        "١٠.0.0.1",
        "99999999999.0.0.1",
        "localhost",
        ":",
        ":::",
        "1:",
        ":1",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "12345::",
        "g::",
        "fe80::1%eth0",
        "::1.2.3",
        "::1.2.3.4.5",
        "1.2.3.4::",
        "1.2.3.4:1::",
        "[::1]",
        "::1/64",
        "1:::2",
        "::-1",
      })
  void whatIsNoAddressIsNotRead(String text) {
    assertThat(Ip.parse(text)).isEmpty();
    assertThatThrownBy(() -> Ip.of(text)).hasMessage("not an IP address: \"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyAddressSurvivesTextAndBytes(long seed) throws UnknownHostException {
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = random.nextInt(3) == 0 ? 0 : bytes[j];
      }
      Ip ip = Ip.ofBytes(bytes);
      assertThat(ip.toBytes()).isEqualTo(bytes);
      assertThat(Ip.of(ip.toString())).isEqualTo(ip);
      assertThat(InetAddress.getByName(ip.toString()).getAddress())
          .as("seed %d: %s", seed, ip)
          .isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 8, 10.0.0.0",
    "10.1.2.3, 0, 0.0.0.0",
    "10.1.2.3, 32, 10.1.2.3",
    "255.255.255.255, 25, 255.255.255.128",
    "fd00:1:2:3:4:5:6:7, 0, ::",
    "fd00:1:2:3:4:5:6:7, 16, fd00::",
    "fd00:1:2:3:4:5:6:7, 63, fd00:1:2:2::",
    "fd00:1:2:3:4:5:6:7, 64, fd00:1:2:3::",
    "fd00:1:2:3:4:5:6:7, 65, fd00:1:2:3::",
    "fd00:1:2:3:4:5:6:7, 127, fd00:1:2:3:4:5:6:6",
    "fd00:1:2:3:4:5:6:7, 128, fd00:1:2:3:4:5:6:7",
  })
  void maskingClearsTheBitsBehind(String ip, int length, String masked) {
    assertThat(Ip.of(ip).masked(length)).hasToString(masked);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.255, 1, 10.0.1.0",
    "10.0.0.0, -1, 9.255.255.255",
    "255.255.255.255, 1, 0.0.0.0",
    "fd00::ffff:ffff:ffff:ffff, 1, fd00:0:0:1::",
    "fd00:0:0:1::, -1, fd00::ffff:ffff:ffff:ffff",
    "::, -1, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fd00::, 0, fd00::",
  })
  void addingCarriesAndWrapsAround(String ip, long offset, String sum) {
    assertThat(Ip.of(ip).plus(offset)).hasToString(sum);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, true",
    "192.0.2.1, true",
    "0.0.0.0, false",
    "127.1.2.3, false",
    "169.254.1.1, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "fd00::1, true",
    "2001:db8::1, true",
    "::, false",
    "::1, false",
    "fe80::1, false",
    "febf::1, false",
    "fec0::1, true",
    "ff02::1, false",
  })
  void globalUnicastLeavesOutWhatStaysOnALink(String ip, boolean global) {
    assertThat(Ip.of(ip).isGlobalUnicast()).isEqualTo(global);
  }

  @Test
  void addressesAreOrderedByFamilyThenUnsigned() {
    assertThat(
            Stream.of("fd00::2", "200.0.0.1", "::1", "10.0.0.1", "8000::")
                .map(Ip::of)
                .sorted()
                .map(Ip::toString))
        .containsExactly("10.0.0.1", "200.0.0.1", "::1", "8000::", "fd00::2");
  }

  @Test
  void bytesOfAnyOtherLengthAreRefused() {
    assertThatThrownBy(() -> Ip.ofBytes(new byte[5])).hasMessage("an address of 5 bytes");
  }
}
