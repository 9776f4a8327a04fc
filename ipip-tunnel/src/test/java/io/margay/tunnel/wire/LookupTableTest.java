package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupTableTest {
  private static final Ip4 A = Ip4.of("10.0.0.1");
  private static final Ip4 B = Ip4.of("10.0.0.2");

  @Test
  void theLongestPrefixCounts() {
    var table =
        new LookupTable.Builder()
            .route(Prefix.of("10.1.0.0/26"), A)
            .route(Prefix.of("10.1.0.9/32"), B)
            .build();
    assertThat(table.node(Ip4.of("10.1.0.8").bits())).isEqualTo(A.bits());
    assertThat(table.node(Ip4.of("10.1.0.9").bits())).isEqualTo(B.bits());
    assertThat(table.node(Ip4.of("10.1.0.64").bits())).isEqualTo(LookupTable.NONE);
    assertThat(table.routeCount()).isEqualTo(2);
  }

  @Test
  void sourcesMayBeNetworks() {
    var table = new LookupTable.Builder().source(Prefix.of("192.168.0.0/16")).build();
    assertThat(table.isSource(Ip4.of("192.168.7.7").bits())).isTrue();
    assertThat(table.isSource(Ip4.of("192.169.0.1").bits())).isFalse();
  }

  @Test
  void anEmptyTableKnowsNobody() {
    var table = new LookupTable.Builder().build();
    assertThat(table.node(A.bits())).isEqualTo(LookupTable.NONE);
    assertThat(table.isSource(A.bits())).isFalse();
    assertThat(table.local()).isZero();
  }

  @Test
  void everythingCanBeRoutedAndAllowed() {
    var table =
        new LookupTable.Builder()
            .route(Prefix.ALL_IPV4, A)
            .source(Prefix.ALL_IPV4)
            .source(Prefix.of("0.0.0.0/32"))
            .build();
    assertThat(table.node(0)).isEqualTo(A.bits());
    assertThat(table.isSource(-1)).isTrue();
  }

  @Test
  void whatIpipCannotCarryIsRefused() {
    var builder = new LookupTable.Builder();
    assertThatThrownBy(() -> builder.route(Prefix.of("fd00::/64"), A))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.route(Prefix.of("10.0.0.0/8"), Ip4.ANY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void itAgreesWithALinearSearch(long seed) {
    var random = new Random(seed);
    var routes = new HashMap<Prefix, Ip4>();
    var builder = new LookupTable.Builder();
    for (int i = 0; i < 300; i++) {
      Prefix prefix = Prefix.containing(near(random), 8 + random.nextInt(25));
      var node = new Ip4(1 + random.nextInt(1000));
      routes.put(prefix, node);
      builder.route(prefix, node);
    }
    LookupTable table = builder.build();
    for (int i = 0; i < 3000; i++) {
      Ip4 address = near(random);
      int expected =
          routes.entrySet().stream()
              .filter(e -> e.getKey().contains(address))
              .max(Comparator.comparingInt(e -> e.getKey().length()))
              .map(Map.Entry::getValue)
              .orElse(Ip4.ANY)
              .bits();
      assertThat(table.node(address.bits())).as("seed %d, %s", seed, address).isEqualTo(expected);
    }
    var listed = new HashMap<Prefix, Ip4>();
    table.forEachRoute(listed::put);
    assertThat(listed).isEqualTo(routes);
    var sources = new HashSet<Prefix>();
    table.forEachSource(sources::add);
    assertThat(sources).isEmpty();
  }

  private static Ip4 near(Random random) {
    return new Ip4(0x0a000000 | random.nextInt(1 << 16) << random.nextInt(9));
  }
}
