package io.margay.foundation.addr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records that write their own equals and hashCode, each component by itself. */
class EqualityTest {
  record Case(String name, Supplier<Object> value, List<Object> others) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("Ip4", () -> new Ip4(7), List.of(new Ip4(8), new Ip6(0, 7), "7")),
        new Case(
            "Ip6", () -> new Ip6(1, 2), List.of(new Ip6(2, 2), new Ip6(1, 1), new Ip4(2), "::")),
        new Case(
            "Prefix",
            () -> Prefix.of("10.0.0.0/24"),
            List.of(
                Prefix.of("10.0.1.0/24"), Prefix.of("10.0.0.0/25"), Prefix.of("a00::/24"), "x")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalWhenEveryComponentIs(Case c) {
    Object value = c.value().get();
    assertThat(c.value().get()).isEqualTo(value).hasSameHashCodeAs(value);
    assertThat(c.others()).doesNotContain(value);
    c.others().forEach(other -> assertThat(value).isNotEqualTo(other));
  }

  @Test
  void blocksSideBySideSpreadOverATable() {
    int size = 1 << 12;
    var buckets = new HashSet<Integer>();
    for (int i = 0; i < size; i++) {
      int hash = new Prefix(new Ip4(0x0a000000 + (i << 6)), 26).hashCode();
      buckets.add((hash ^ hash >>> 16) & size - 1); // as java.util.HashMap does
    }
    // Chance would leave 63 of 100 in use.
    assertThat(buckets).hasSizeGreaterThan(size / 2);
  }
}
