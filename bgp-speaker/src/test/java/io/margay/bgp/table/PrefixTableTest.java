package io.margay.bgp.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrefixTableTest {
  @ParameterizedTest
  @EnumSource(Family.class)
  void isAMapThatGivesEachPrefixOneInt(Family family) {
    for (int seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      int[] sizes = {3, 40, 3000};
      int most = sizes[seed % sizes.length];
      var table = new PrefixTable(family);
      table.keys(new Random(7)::nextLong);
      Map<Prefix, Integer> oracle = new HashMap<>();
      for (int step = 0; step < 20_000; step++) {
        Prefix prefix = prefix(random, family, most);
        if (random.nextInt(100) < (step / 5000 % 2 == 0 ? 70 : 30)) {
          int row = table.add(prefix);
          assertThat(oracle.computeIfAbsent(prefix, _ -> row)).isEqualTo(row);
          assertThat(table.prefix(row)).isEqualTo(prefix);
        } else if (oracle.containsKey(prefix)) {
          table.remove(oracle.remove(prefix));
        }
        assertThat(table.find(prefix)).isEqualTo(oracle.getOrDefault(prefix, PrefixTable.NONE));
      }
      oracle.forEach((prefix, row) -> assertThat(table.find(prefix)).isEqualTo(row));
      assertThat(oracle.values()).doesNotHaveDuplicates().allMatch(row -> row < table.rows());
      assertThat(table.size()).isEqualTo(oracle.size());
      new ArrayList<>(oracle.values()).forEach(table::remove);
      assertThat(table.rows()).isZero();
    }
  }

  private static Prefix prefix(Random random, Family family, int most) {
    int number = random.nextInt(most);
    int length = family == Family.IPV4 ? 8 + number % 25 : 16 + number % 113;
    // Spread over the upper bits, as networks are.
    long bits = number * 0x9e3779b97f4a7c15L;
    Ip address = family == Family.IPV4 ? new Ip4((int) (bits >>> 32)) : new Ip6(bits, ~bits);
    return Prefix.containing(address, length);
  }
}
