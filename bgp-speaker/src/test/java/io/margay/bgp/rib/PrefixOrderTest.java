package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixOrderTest {
  private final PrefixOrder order = new PrefixOrder();

  private static Prefix random(Random chance) {
    Ip ip =
        chance.nextInt(4) == 0
            ? new Ip6(0x2001_0db8_0000_0000L | chance.nextInt(64), 0)
            : new Ip4(0x0a000000 | chance.nextInt(1 << 14) << 4);
    return Prefix.containing(ip, 8 + chance.nextInt(ip.family().bits() - 7));
  }

  private List<Prefix> walk(int limit) {
    var all = new ArrayList<Prefix>();
    Prefix from = Prefix.ALL_IPV4;
    while (true) {
      List<Prefix> part = order.from(from, limit + 1);
      if (part.size() <= limit) {
        all.addAll(part);
        return all;
      }
      all.addAll(part.subList(0, limit));
      from = part.getLast();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void isASortedSet(long seed) {
    var chance = new Random(seed);
    var expected = new TreeSet<Prefix>();
    for (int i = 0; i < 20_000; i++) {
      Prefix prefix = random(chance);
      // Grows to thousands, then shrinks to nothing.
      if (i < 12_000 ? expected.add(prefix) : expected.isEmpty()) {
        order.add(prefix);
        expected.add(prefix);
      } else if (i >= 12_000) {
        Prefix gone =
            expected.ceiling(prefix) == null ? expected.first() : expected.ceiling(prefix);
        expected.remove(gone);
        order.remove(gone);
      }
    }
    assertThat(walk(1 + chance.nextInt(700)))
        .as("seed %d", seed)
        .containsExactlyElementsOf(expected);
    Prefix anywhere = random(chance);
    assertThat(order.from(anywhere, 10))
        .as("seed %d from %s", seed, anywhere)
        .containsExactlyElementsOf(expected.tailSet(anywhere, true).stream().limit(10).toList());
    expected.forEach(order::remove);
    assertThat(order.from(Prefix.ALL_IPV4, 10)).isEmpty();
  }

  @Test
  void descendingAndAscendingOrdersOfArrivalAreFine() {
    for (int i = 3000; i >= 0; i--) {
      order.add(new Prefix(new Ip4(0x0a000000 | i << 8), 24));
    }
    for (int i = 3001; i < 6000; i++) {
      order.add(new Prefix(new Ip4(0x0a000000 | i << 8), 24));
    }
    assertThat(walk(500)).hasSize(6000).isSorted();
  }

  // A walk that stopped at a prefix goes on behind it when it has gone.
  @Test
  void aWalkGoesOnThoughItsPlaceIsGone() {
    List.of("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16").forEach(p -> order.add(Prefix.of(p)));
    order.remove(Prefix.of("10.2.0.0/16"));
    assertThat(order.from(Prefix.of("10.2.0.0/16"), 5)).containsExactly(Prefix.of("10.3.0.0/16"));
  }

  @Test
  void aTableThatDisagreesIsABug() {
    order.add(Routes.PREFIX);
    assertThatThrownBy(() -> order.add(Routes.PREFIX)).hasMessage("10.1.0.0/26 twice");
    order.remove(Routes.PREFIX);
    assertThatThrownBy(() -> order.remove(Routes.PREFIX)).hasMessage("10.1.0.0/26 is not there");
  }
}
