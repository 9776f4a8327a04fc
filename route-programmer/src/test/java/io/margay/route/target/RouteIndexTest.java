package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteIndexTest {
  private static final Prefix BLOCK = Prefix.of("10.0.0.0/26");

  @Test
  void eachPartOfAKeyCounts() {
    var index = new RouteIndex();
    var keys =
        List.of(
            new FibKey(254, BLOCK, 0),
            new FibKey(253, BLOCK, 0),
            new FibKey(254, BLOCK, 1024),
            new FibKey(254, Prefix.of("10.0.0.64/26"), 0),
            new FibKey(254, Prefix.of("10.0.0.0/25"), 0),
            new FibKey(254, Prefix.ALL_IPV4, 0),
            new FibKey(254, Prefix.ALL_IPV6, 0),
            new FibKey(-1, Prefix.of("fd00::/8"), -1),
            new FibKey(254, Prefix.of("fd00::1/128"), 0),
            new FibKey(254, Prefix.of("::a00:0/122"), 0));
    for (int i = 0; i < keys.size(); i++) {
      assertThat(index.find(keys.get(i))).isEqualTo(RouteIndex.NONE);
      assertThat(index.put(keys.get(i), i, 0)).isEqualTo(RouteIndex.NONE);
    }
    for (int i = 0; i < keys.size(); i++) {
      int slot = index.find(keys.get(i));
      assertThat(index.number(slot)).isEqualTo(i);
      assertThat(index.key(slot)).isEqualTo(keys.get(i));
    }
  }

  @Test
  void aMarkLeavesTheNumberAsItIs() {
    var index = new RouteIndex();
    var key = FibKey.main(BLOCK);
    index.put(key, Integer.MAX_VALUE, 7);
    int slot = index.find(key);
    assertThat(index.mark(slot)).isEqualTo(7);
    index.mark(slot, 0xffff);
    assertThat(index.mark(slot)).isEqualTo(0xffff);
    assertThat(index.number(slot)).isEqualTo(Integer.MAX_VALUE);
    assertThat(index.key(slot)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void itIsAMap(long seed) {
    var random = new Random(seed);
    var index = new RouteIndex();
    var map = new HashMap<FibKey, Integer>();
    for (int step = 0; step < 20_000; step++) {
      FibKey key = key(random);
      if (random.nextInt(5) < 2) {
        int slot = index.find(key);
        assertThat(slot != RouteIndex.NONE).isEqualTo(map.containsKey(key));
        if (map.remove(key) != null) {
          index.remove(slot);
        }
      } else {
        Integer before = map.put(key, step);
        int expected = before == null ? RouteIndex.NONE : before;
        assertThat(index.put(key, step, 1)).as("seed %d", seed).isEqualTo(expected);
      }
    }
    assertThat(index.size()).isEqualTo(map.size());
    var found = new HashMap<FibKey, Integer>();
    index.forEach(slot -> found.put(index.key(slot), index.number(slot)));
    assertThat(found).as("seed %d", seed).isEqualTo(map);
    for (Map.Entry<FibKey, Integer> e : map.entrySet()) {
      assertThat(index.number(index.find(e.getKey()))).isEqualTo(e.getValue());
    }
  }

  private static FibKey key(Random random) {
    int i = random.nextInt(1500);
    Prefix prefix =
        i % 3 == 0
            ? new Prefix(new Ip6(0xfd00_0000_0000_0000L, (long) i << 32), 96)
            : new Prefix(new Ip4(0x0a000000 + (i << 6)), 26);
    return FibKey.main(prefix, i % 7);
  }
}
