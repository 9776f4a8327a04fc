package io.margay.route.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class FibKeyTest {
  private static final List<Prefix> PREFIXES =
      List.of(
              "0.0.0.0/0",
              "10.0.0.0/8",
              "10.0.0.0/26",
              "127.255.255.255/32",
              "200.0.0.0/8",
              "255.255.255.255/32",
              "::/0",
              "::1/128",
              "2001:db8::/64",
              "2001:db8::/127",
              "2001:db8::8000:0:0:0/128",
              "2001:db8::8000:0:0:1/128",
              "fd00::/8",
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")
          .stream()
          .map(Prefix::of)
          .toList();

  @Test
  void theDestinationIsWhatItWasMadeOf() {
    for (Prefix prefix : PREFIXES) {
      FibKey key = FibKey.main(prefix);
      assertThat(key.destination()).isEqualTo(prefix);
      assertThat(key.length()).isEqualTo(prefix.length());
      assertThat(key.toString()).startsWith(prefix.toString());
    }
  }

  @Test
  void keysAreEqualAndOrderedAsTheirDestinations() {
    for (Prefix a : PREFIXES) {
      for (Prefix b : PREFIXES) {
        FibKey first = FibKey.main(a);
        FibKey second = FibKey.main(b);
        assertThat(first.equals(second)).as("%s, %s", a, b).isEqualTo(a.equals(b));
        assertThat(Integer.signum(first.compareTo(second)))
            .as("%s, %s", a, b)
            .isEqualTo(Integer.signum(a.compareTo(b)));
      }
    }
  }

  @Test
  void ofEqualDestinationsTableAndMetricDecideUnsigned() {
    Prefix block = Prefix.of("10.0.0.0/26");
    assertThat(new FibKey(-1, block, 0)).isGreaterThan(new FibKey(1, block, 7));
    assertThat(new FibKey(1, block, -1)).isGreaterThan(new FibKey(1, block, 1));
  }

  @Test
  void ipv6HasNoMetricZero() {
    Prefix block = Prefix.of("fd00::/122");
    assertThat(FibKey.main(block)).isEqualTo(FibKey.main(block, 1024));
    assertThat(FibKey.main(Prefix.of("10.0.0.0/26")).metric()).isZero();
  }
}
