package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixWalkTest {
  private final PrefixTable table = new PrefixTable(Family.IPV4);
  private final PrefixWalk walk = new PrefixWalk(table);

  private static Prefix random(Random chance) {
    return Prefix.containing(
        new Ip4(0x0a000000 | chance.nextInt(1 << 14) << 4), 8 + chance.nextInt(25));
  }

  private List<Prefix> all(int limit) {
    var all = new ArrayList<Prefix>();
    Prefix from = Prefix.ALL_IPV4;
    while (true) {
      List<Prefix> part = walk.from(from, limit + 1);
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
  void givesThePrefixesInOrder(long seed) {
    var chance = new Random(seed);
    var expected = new TreeSet<Prefix>();
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 8000; i++) {
        Prefix prefix = random(chance);
        if (chance.nextInt(3) > 0) {
          table.add(prefix);
          expected.add(prefix);
        } else if (expected.remove(prefix)) {
          table.remove(table.find(prefix));
        }
      }
      assertThat(all(1 + chance.nextInt(700)))
          .as("seed %d", seed)
          .containsExactlyElementsOf(expected);
      Prefix anywhere = random(chance);
      assertThat(walk.from(anywhere, 10))
          .as("seed %d from %s", seed, anywhere)
          .containsExactlyElementsOf(expected.tailSet(anywhere, true).stream().limit(10).toList());
    }
  }

  @Test
  void descendingAndAscendingOrdersOfArrivalAreFine() {
    for (int i = 10_000; i >= 0; i--) {
      table.add(new Prefix(new Ip4(0x0a000000 | i << 8), 24));
    }
    for (int i = 10_001; i < 20_000; i++) {
      table.add(new Prefix(new Ip4(0x0a000000 | i << 8), 24));
    }
    assertThat(all(500)).hasSize(20_000).isSorted();
  }

  // A walk that stopped at a prefix goes on behind it when it has gone.
  @Test
  void aWalkGoesOnThoughItsPlaceIsGone() {
    List.of("10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16").forEach(p -> table.add(Prefix.of(p)));
    table.remove(table.find(Prefix.of("10.2.0.0/16")));
    assertThat(walk.from(Prefix.of("10.2.0.0/16"), 5)).containsExactly(Prefix.of("10.3.0.0/16"));
    assertThat(walk.from(Prefix.of("10.4.0.0/16"), 5)).isEmpty();
  }
}
